-- A rollback that ended a deployment under way takes every site back, also after a restart of the hub.
ALTER TABLE deployments ADD COLUMN undo_all INTEGER NOT NULL DEFAULT 0;
