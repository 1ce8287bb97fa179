-- An artifact that nothing needs any more is collected; its row stays, so that deploying it is refused with the reason.
ALTER TABLE artifacts ADD COLUMN collected INTEGER;
