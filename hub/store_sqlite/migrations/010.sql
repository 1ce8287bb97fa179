-- The newest session token that a site presented (its next one is made of it), and why a site is frozen.
ALTER TABLE site_status ADD COLUMN token_number INTEGER NOT NULL DEFAULT 0;
ALTER TABLE site_status ADD COLUMN token TEXT NOT NULL DEFAULT '';
ALTER TABLE site_status ADD COLUMN token_stray INTEGER NOT NULL DEFAULT 0;
ALTER TABLE site_status ADD COLUMN token_open INTEGER NOT NULL DEFAULT 1;
ALTER TABLE site_status ADD COLUMN frozen TEXT NOT NULL DEFAULT '';
UPDATE site_status SET frozen = coalesce((SELECT frozen FROM inboxes WHERE inboxes.site = site_status.site), '');
-- What sites know about their services, as it was compared last.
ALTER TABLE site_status ADD COLUMN facts_as_of INTEGER NOT NULL DEFAULT 0;
ALTER TABLE site_status ADD COLUMN facts_agreed INTEGER;
CREATE TABLE site_facts (
  site TEXT NOT NULL, service TEXT NOT NULL, stable TEXT NOT NULL, rollout TEXT NOT NULL, state TEXT NOT NULL,
  attempt INTEGER NOT NULL, versions TEXT NOT NULL, drift TEXT NOT NULL, received INTEGER NOT NULL,
  gone INTEGER NOT NULL, PRIMARY KEY (site, service)
) STRICT, WITHOUT ROWID;
