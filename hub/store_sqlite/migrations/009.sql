-- Each time this hub was found to have lost memory, and who let it go on.
CREATE TABLE recoveries (
  number INTEGER PRIMARY KEY, noticed INTEGER NOT NULL, site TEXT NOT NULL, why TEXT NOT NULL,
  generation INTEGER NOT NULL, hub_epoch INTEGER NOT NULL, deployments INTEGER NOT NULL, ended INTEGER,
  ended_by TEXT NOT NULL, reason TEXT NOT NULL, raised_to INTEGER NOT NULL
) STRICT;
