-- What people signed: approvals of deployments and trust roots, as they came.
CREATE TABLE approvals (
  deployment TEXT NOT NULL, digest TEXT NOT NULL, envelope TEXT NOT NULL, person TEXT NOT NULL,
  received INTEGER NOT NULL, brought_by TEXT NOT NULL, PRIMARY KEY (deployment, digest)
) STRICT, WITHOUT ROWID;
CREATE TABLE trust_roots (
  version INTEGER PRIMARY KEY, digest TEXT NOT NULL, bytes BLOB NOT NULL, taken INTEGER NOT NULL,
  brought_by TEXT NOT NULL
) STRICT;
-- How many different people must approve before a site may begin, and who did.
ALTER TABLE deployments ADD COLUMN approvals_needed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE deployments ADD COLUMN approved_by TEXT NOT NULL DEFAULT '[]';
-- On which document the next one of a site builds, and by which trust root it goes (0: none).
ALTER TABLE site_status ADD COLUMN base TEXT NOT NULL DEFAULT '';
ALTER TABLE site_status ADD COLUMN base_generation INTEGER NOT NULL DEFAULT 0;
ALTER TABLE site_status ADD COLUMN trust_version INTEGER NOT NULL DEFAULT 0;
