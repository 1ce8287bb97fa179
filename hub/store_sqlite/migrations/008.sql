-- The newest token of each site to join with: its hash, and what became of it.
CREATE TABLE join_tokens (
  site TEXT PRIMARY KEY, token TEXT NOT NULL, site_epoch INTEGER NOT NULL, made INTEGER NOT NULL,
  expires INTEGER NOT NULL, made_by TEXT NOT NULL, bad_proofs INTEGER NOT NULL, refusals INTEGER NOT NULL,
  ended TEXT NOT NULL, used INTEGER, used_key TEXT NOT NULL, fingerprint TEXT NOT NULL
) STRICT, WITHOUT ROWID;
