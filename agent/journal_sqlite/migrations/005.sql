-- The time that was trusted, at which time since the boot of which boot; a floor for ever, whatever the machine's clock says.
ALTER TABLE site ADD COLUMN time_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE site ADD COLUMN time_boottime_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE site ADD COLUMN time_boot TEXT NOT NULL DEFAULT '';
