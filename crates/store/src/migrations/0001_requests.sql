-- What tenants' servers called. Written in batches, after the answers.
CREATE TABLE requests (
    scope INTEGER NOT NULL,
    at INTEGER NOT NULL,
    id TEXT NOT NULL,
    method TEXT NOT NULL,
    route TEXT NOT NULL,
    path TEXT NOT NULL,
    status INTEGER NOT NULL,
    error_code TEXT,
    duration_us INTEGER NOT NULL,
    api_key_id TEXT NOT NULL,
    -- scope * 1000 + status: one number, so that the rows of one status are found without reading all others. Null for 200,
    -- which is nearly every row: those are found as soon by time.
    scope_status INTEGER,
    PRIMARY KEY (scope, at, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX requests_by_id ON requests (scope, id);
CREATE INDEX requests_by_status ON requests (scope_status, at, id) WHERE scope_status IS NOT NULL;

-- Every try to deliver an event to a webhook. details: what was sent and what came back, sealed with the key that sealed_with
-- names.
CREATE TABLE attempts (
    scope INTEGER NOT NULL,
    at INTEGER NOT NULL,
    id TEXT NOT NULL,
    webhook_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    event_type TEXT NOT NULL,
    seq INTEGER,
    number INTEGER NOT NULL,
    status INTEGER,
    failure TEXT,
    next_at INTEGER,
    duration_us INTEGER NOT NULL,
    sealed_with TEXT NOT NULL,
    details BLOB NOT NULL,
    PRIMARY KEY (scope, at, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX attempts_by_webhook ON attempts (webhook_id, at, id);
CREATE INDEX attempts_failed ON attempts (webhook_id, at, id) WHERE failure IS NOT NULL;
CREATE INDEX attempts_by_event ON attempts (event_id, at, id);
