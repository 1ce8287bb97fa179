-- SHA-256 of an entry's bytes, as they were written; empty: written before there were digests.
ALTER TABLE outbox ADD COLUMN digest TEXT NOT NULL DEFAULT '';
