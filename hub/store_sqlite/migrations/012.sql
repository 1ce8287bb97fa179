-- A sum of each row that the hub decides by, so that a bit that the disk turned is found. A migration that changes the
-- columns of a table sets its sums to NULL: they are written again with the next change of a row.
ALTER TABLE counters ADD COLUMN row_sum INTEGER;
ALTER TABLE environments ADD COLUMN row_sum INTEGER;
ALTER TABLE sites ADD COLUMN row_sum INTEGER;
ALTER TABLE site_status ADD COLUMN row_sum INTEGER;
ALTER TABLE artifacts ADD COLUMN row_sum INTEGER;
ALTER TABLE versions ADD COLUMN row_sum INTEGER;
ALTER TABLE pipelines ADD COLUMN row_sum INTEGER;
ALTER TABLE templates ADD COLUMN row_sum INTEGER;
ALTER TABLE releases ADD COLUMN row_sum INTEGER;
ALTER TABLE plans ADD COLUMN row_sum INTEGER;
ALTER TABLE deployments ADD COLUMN row_sum INTEGER;
ALTER TABLE rollouts ADD COLUMN row_sum INTEGER;
ALTER TABLE targets ADD COLUMN row_sum INTEGER;
ALTER TABLE commands ADD COLUMN row_sum INTEGER;
ALTER TABLE approvals ADD COLUMN row_sum INTEGER;
ALTER TABLE trust_roots ADD COLUMN row_sum INTEGER;
ALTER TABLE join_tokens ADD COLUMN row_sum INTEGER;
ALTER TABLE recoveries ADD COLUMN row_sum INTEGER;
ALTER TABLE site_identities ADD COLUMN row_sum INTEGER;
ALTER TABLE desired ADD COLUMN row_sum INTEGER;
ALTER TABLE inboxes ADD COLUMN row_sum INTEGER;
ALTER TABLE site_facts ADD COLUMN row_sum INTEGER;
ALTER TABLE idempotency ADD COLUMN row_sum INTEGER;
