-- The newest session token the hub gave, and whether it froze the site: why.
ALTER TABLE site ADD COLUMN token_number INTEGER NOT NULL DEFAULT 0;
ALTER TABLE site ADD COLUMN token TEXT NOT NULL DEFAULT '';
ALTER TABLE site ADD COLUMN token_stray INTEGER NOT NULL DEFAULT 0;
ALTER TABLE site ADD COLUMN frozen TEXT NOT NULL DEFAULT '';
-- Fingerprint of the machine the journal belongs to; empty: none was said yet.
ALTER TABLE site ADD COLUMN machine TEXT NOT NULL DEFAULT '';
-- Which rows were found to hold other bytes than were written; empty: none.
ALTER TABLE site ADD COLUMN damaged TEXT NOT NULL DEFAULT '';
-- SHA-256 of the bytes, as they were written; empty: written before there were digests.
ALTER TABLE record ADD COLUMN digest TEXT NOT NULL DEFAULT '';
