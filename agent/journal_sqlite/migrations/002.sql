-- What was believed here: the newest trust root as the frame it came in (empty: still the pinned one), and the digests of
-- the newest accepted documents, one a line, oldest first. At most one row.
CREATE TABLE trust (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  root BLOB NOT NULL,
  accepted TEXT NOT NULL
) STRICT;
