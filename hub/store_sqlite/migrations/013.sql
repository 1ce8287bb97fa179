-- How sites were, over spans of time by their own clocks.
CREATE TABLE site_health (
  site TEXT NOT NULL, "from" INTEGER NOT NULL, "to" INTEGER NOT NULL, healthy INTEGER NOT NULL, problem TEXT NOT NULL,
  services TEXT NOT NULL, received INTEGER NOT NULL, PRIMARY KEY (site, "from")
) STRICT, WITHOUT ROWID;
