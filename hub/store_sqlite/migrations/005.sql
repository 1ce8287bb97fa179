-- A deployment may take over from one that is under way: what it told its sites must be the same after a restart.
ALTER TABLE deployments ADD COLUMN supersede INTEGER NOT NULL DEFAULT 0;
ALTER TABLE deployments ADD COLUMN superseded_by TEXT NOT NULL DEFAULT '';
