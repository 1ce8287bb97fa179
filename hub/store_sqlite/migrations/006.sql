-- A service may be scaled at its sites: the number asked for; NULL: no number, or what the version declares.
ALTER TABLE commands ADD COLUMN replicas INTEGER;
