-- Times are milliseconds since 1970 UTC. Nested values are JSON. Ids and numbers are given by the hub, never by the database.

CREATE TABLE fence (one INTEGER PRIMARY KEY CHECK (one = 1), hub_epoch INTEGER NOT NULL) STRICT;
INSERT INTO fence VALUES (1, 1);

CREATE TABLE counters (
  one INT PRIMARY KEY DEFAULT 1 CHECK (one = 1),
  release INTEGER NOT NULL, deployment INTEGER NOT NULL, command INTEGER NOT NULL, event INTEGER NOT NULL,
  audit INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO counters VALUES (1, 0, 0, 0, 0, 0);

CREATE TABLE environments (name TEXT PRIMARY KEY, tier TEXT NOT NULL, created INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE sites (
  name TEXT PRIMARY KEY, environment TEXT NOT NULL, labels TEXT NOT NULL, public_key TEXT NOT NULL,
  site_epoch INTEGER NOT NULL, created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE site_status (
  site TEXT PRIMARY KEY, incarnation TEXT NOT NULL, session INTEGER NOT NULL, online INTEGER NOT NULL, heard INTEGER,
  hello INTEGER, held INTEGER NOT NULL, signed_generation INTEGER NOT NULL, agent_version TEXT NOT NULL,
  recovery TEXT NOT NULL, bad_frames INTEGER NOT NULL, telemetry TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE artifacts (digest TEXT PRIMARY KEY, size INTEGER NOT NULL, stored INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE versions (
  service TEXT NOT NULL, label TEXT NOT NULL, artifact TEXT NOT NULL, artifact_size INTEGER NOT NULL,
  commit_sha TEXT NOT NULL, committed_at INTEGER NOT NULL, commits TEXT NOT NULL, published_at INTEGER NOT NULL,
  published_by TEXT NOT NULL, PRIMARY KEY (service, label)
) STRICT, WITHOUT ROWID;
CREATE INDEX versions_by_age ON versions (published_at, service, label);

CREATE TABLE pipelines (
  service TEXT PRIMARY KEY, yaml TEXT NOT NULL, digest TEXT NOT NULL, revision INTEGER NOT NULL,
  applied_at INTEGER NOT NULL, applied_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE templates (
  name TEXT PRIMARY KEY, yaml TEXT NOT NULL, digest TEXT NOT NULL, revision INTEGER NOT NULL,
  applied_at INTEGER NOT NULL, applied_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE releases (
  id TEXT PRIMARY KEY, service TEXT NOT NULL, version TEXT NOT NULL, environment TEXT NOT NULL, change TEXT NOT NULL,
  note TEXT NOT NULL, created INTEGER NOT NULL, actor TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE plans (digest TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT;

CREATE TABLE deployments (
  id TEXT PRIMARY KEY, number INTEGER NOT NULL UNIQUE, release TEXT NOT NULL, service TEXT NOT NULL,
  environment TEXT NOT NULL, tier TEXT NOT NULL, version TEXT NOT NULL, previous TEXT NOT NULL, plan TEXT NOT NULL,
  kind INTEGER NOT NULL, redeploy INTEGER NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL,
  waiting_for TEXT NOT NULL, wave INTEGER NOT NULL, waves INTEGER NOT NULL, sites INTEGER NOT NULL,
  held INTEGER NOT NULL, created INTEGER NOT NULL, started INTEGER, first_exposure INTEGER, completed INTEGER,
  ended INTEGER, failure TEXT, actor TEXT NOT NULL
) STRICT;
CREATE INDEX deployments_of_service ON deployments (service, environment, number);
CREATE INDEX deployments_under_way ON deployments (number) WHERE ended IS NULL;

CREATE TABLE rollouts (
  id TEXT PRIMARY KEY, deployment TEXT NOT NULL, site TEXT NOT NULL, service TEXT NOT NULL, wave INTEGER NOT NULL,
  role INTEGER NOT NULL, plan TEXT NOT NULL, status TEXT NOT NULL, sequence INTEGER NOT NULL, created INTEGER NOT NULL,
  updated INTEGER NOT NULL, ended INTEGER
) STRICT;
CREATE INDEX rollouts_of_deployment ON rollouts (deployment);

CREATE TABLE targets (
  site TEXT NOT NULL, service TEXT NOT NULL, rollout TEXT NOT NULL, deployment TEXT NOT NULL, epoch INTEGER NOT NULL,
  plan TEXT NOT NULL, stable_version TEXT NOT NULL, stable_plan TEXT NOT NULL, withdrawn INTEGER NOT NULL,
  PRIMARY KEY (site, service)
) STRICT, WITHOUT ROWID;

CREATE TABLE commands (
  id TEXT PRIMARY KEY, site TEXT NOT NULL, rollout TEXT NOT NULL, verb TEXT NOT NULL, actor TEXT NOT NULL,
  reason TEXT NOT NULL, expected_step INTEGER, given_at INTEGER NOT NULL, answered INTEGER NOT NULL,
  accepted INTEGER NOT NULL, answer TEXT NOT NULL, answered_at INTEGER
) STRICT;
CREATE INDEX commands_of_rollout ON commands (rollout);
CREATE INDEX commands_open ON commands (id) WHERE answered = 0;

CREATE TABLE desired (
  site TEXT PRIMARY KEY, generation INTEGER NOT NULL, issued INTEGER NOT NULL, bytes BLOB NOT NULL
) STRICT;

CREATE TABLE inboxes (
  site TEXT PRIMARY KEY, site_epoch INTEGER NOT NULL, incarnation TEXT NOT NULL, session INTEGER NOT NULL,
  past_incarnations TEXT NOT NULL, frozen TEXT NOT NULL, cursors TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency (
  key TEXT PRIMARY KEY, request TEXT NOT NULL, at INTEGER NOT NULL, answer TEXT NOT NULL
) STRICT;
CREATE INDEX idempotency_by_age ON idempotency (at);

CREATE TABLE events (
  id INTEGER PRIMARY KEY, at INTEGER NOT NULL, received INTEGER NOT NULL, kind TEXT NOT NULL, environment TEXT NOT NULL,
  site TEXT NOT NULL, service TEXT NOT NULL, deployment TEXT NOT NULL, rollout TEXT NOT NULL, sequence INTEGER NOT NULL,
  text TEXT NOT NULL, report BLOB NOT NULL
) STRICT;
CREATE INDEX events_of_deployment ON events (deployment, id) WHERE deployment != '';
CREATE INDEX events_of_site ON events (site, id) WHERE site != '';

CREATE TABLE audit (
  idx INTEGER PRIMARY KEY, source INTEGER NOT NULL, site TEXT NOT NULL, sequence INTEGER NOT NULL, at INTEGER NOT NULL,
  actor TEXT NOT NULL, action TEXT NOT NULL, object TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL,
  reason TEXT NOT NULL, cause TEXT NOT NULL, bytes BLOB NOT NULL, hash TEXT NOT NULL
) STRICT;
CREATE INDEX audit_of_object ON audit (object, idx);
CREATE INDEX audit_of_actor ON audit (actor, idx);
