-- The audit log as a tree: whole tiles of 256 hashes, each with the root over it, and what was signed. A file from before
-- gets its tiles when it is opened.
CREATE TABLE audit_tiles (
  level INTEGER NOT NULL, idx INTEGER NOT NULL, root BLOB NOT NULL, hashes BLOB NOT NULL, PRIMARY KEY (level, idx)
) STRICT;
CREATE TABLE audit_heads (
  size INTEGER PRIMARY KEY, root BLOB NOT NULL, note TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;
