-- One row: what the site as a whole must not forget.
CREATE TABLE site (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  incarnation TEXT NOT NULL,
  session INTEGER NOT NULL DEFAULT 0,
  generation INTEGER NOT NULL DEFAULT 0,
  hub_epoch INTEGER NOT NULL DEFAULT 0,
  runtime_seq INTEGER NOT NULL DEFAULT 0,
  router_seq INTEGER NOT NULL DEFAULT 0,
  events_last INTEGER NOT NULL DEFAULT 0,
  audit_last INTEGER NOT NULL DEFAULT 0,
  events_acked INTEGER NOT NULL DEFAULT 0,
  audit_acked INTEGER NOT NULL DEFAULT 0
) STRICT;

-- The exact bytes of the signed document now held; at most one row.
CREATE TABLE desired (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  bytes BLOB NOT NULL
) STRICT;

CREATE TABLE record (
  service TEXT PRIMARY KEY,
  bytes BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Entries of the up streams, encoded. Gapless per stream; the oldest are removed once acknowledged.
CREATE TABLE outbox (
  stream INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (stream, seq)
) STRICT, WITHOUT ROWID;
