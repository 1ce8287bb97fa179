-- What a rollout goes back to, and who stopped a deployment: without them a restarted hub could not send a site back.
ALTER TABLE rollouts ADD COLUMN previous TEXT NOT NULL DEFAULT '';
ALTER TABLE rollouts ADD COLUMN previous_plan TEXT NOT NULL DEFAULT '';
ALTER TABLE deployments ADD COLUMN stopped TEXT NOT NULL DEFAULT '';
