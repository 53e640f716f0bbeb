CREATE TABLE tenants (
    id TEXT NOT NULL PRIMARY KEY,
    number INTEGER NOT NULL UNIQUE,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    shares_links INTEGER NOT NULL,
    -- Where to write to, sealed with the key contact-ID.
    contact BLOB,
    -- Whether accounts are read again month by month.
    monitors INTEGER NOT NULL DEFAULT 1
) STRICT, WITHOUT ROWID;

-- A tenant in one mode. Its number stands in every table for both.
CREATE TABLE scopes (
    number INTEGER NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    mode TEXT NOT NULL,
    event_seq INTEGER NOT NULL,
    -- Microseconds that the tenant's test clock is ahead of the machine's, and is to be ahead while it is being moved.
    clock_shift INTEGER NOT NULL DEFAULT 0,
    clock_target INTEGER,
    UNIQUE (tenant_id, mode)
) STRICT, WITHOUT ROWID;

-- People whom a tenant made up for its sandbox. login_fingerprint: one of each login at a provider.
CREATE TABLE scenarios (
    scope INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    id TEXT NOT NULL,
    provider_id TEXT NOT NULL,
    login_fingerprint BLOB NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (scope, created_at, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX scenarios_by_id ON scenarios (id);
CREATE UNIQUE INDEX scenarios_by_login ON scenarios (scope, login_fingerprint);

CREATE TABLE api_keys (
    id TEXT NOT NULL PRIMARY KEY,
    scope INTEGER NOT NULL,
    secret_hash BLOB NOT NULL,
    label TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
    scope INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    id TEXT NOT NULL,
    external BLOB,
    session_status TEXT NOT NULL,
    PRIMARY KEY (scope, created_at, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX users_by_id ON users (id);

CREATE TABLE link_tokens (
    id TEXT NOT NULL PRIMARY KEY,
    scope INTEGER NOT NULL,
    user_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    redeemed_at INTEGER,
    session_hash BLOB UNIQUE,
    asks_links INTEGER,
    wink_template_id TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX link_tokens_by_user ON link_tokens (user_id, expires_at);

CREATE TABLE consents (
    scope INTEGER NOT NULL,
    user_id TEXT NOT NULL,
    source_id TEXT NOT NULL,
    id TEXT NOT NULL,
    version TEXT NOT NULL,
    purpose TEXT,
    datapoints TEXT NOT NULL,
    continuous INTEGER NOT NULL,
    retention_days INTEGER NOT NULL,
    agreed_at INTEGER NOT NULL,
    PRIMARY KEY (scope, user_id, source_id, agreed_at)
) STRICT, WITHOUT ROWID;

-- Texts that a tenant shows to everybody whom it asks: nothing personal.
CREATE TABLE consent_templates (
    scope INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    version TEXT NOT NULL,
    title TEXT,
    method TEXT,
    content TEXT NOT NULL,
    PRIMARY KEY (scope, created_at, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX consent_templates_by_id ON consent_templates (id);
CREATE UNIQUE INDEX consent_templates_by_version ON consent_templates (scope, type, version);

-- deleted_at: not shown any more, but still read for the invites that were made with it.
CREATE TABLE invite_templates (
    scope INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    id TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    content BLOB NOT NULL,
    PRIMARY KEY (scope, created_at, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX invite_templates_by_id ON invite_templates (id);

-- As consent_templates: shown to everybody whom a tenant asks. content: JSON.
CREATE TABLE wink_templates (
    scope INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    id TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (scope, created_at, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX wink_templates_by_id ON wink_templates (id);

-- The pages that a tenant lets have the widget in them. No row: every page may.
CREATE TABLE allowed_origins (
    scope INTEGER NOT NULL,
    origin TEXT NOT NULL,
    PRIMARY KEY (scope, origin)
) STRICT, WITHOUT ROWID;

-- token_hash: finds the invite by its landing page's address. An invited user has one invite.
CREATE TABLE invites (
    scope INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    template_id TEXT NOT NULL,
    wink_template_id TEXT,
    status TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    invited_at INTEGER NOT NULL,
    linked_at INTEGER,
    expires_at INTEGER NOT NULL,
    token_hash BLOB NOT NULL,
    invitee BLOB NOT NULL,
    PRIMARY KEY (scope, created_at, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX invites_by_id ON invites (id);
CREATE UNIQUE INDEX invites_by_user ON invites (user_id);
CREATE UNIQUE INDEX invites_by_token ON invites (token_hash);

CREATE TABLE invite_logs (
    scope INTEGER NOT NULL,
    invite_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    status TEXT NOT NULL,
    PRIMARY KEY (scope, invite_id, created_at, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE accounts (
    scope INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    provider_id TEXT NOT NULL,
    status TEXT NOT NULL,
    error_code TEXT,
    updated_at INTEGER NOT NULL,
    monitor_status TEXT NOT NULL,
    monitor_updated_at INTEGER NOT NULL,
    login_fingerprint BLOB,
    login_name BLOB,
    network_fingerprint BLOB,
    -- When everything was read last, and what its source left for reading it again, sealed.
    read_at INTEGER,
    source_session BLOB,
    PRIMARY KEY (scope, created_at, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX accounts_by_id ON accounts (id);
CREATE INDEX accounts_by_user ON accounts (user_id, created_at, id);
CREATE UNIQUE INDEX accounts_by_login ON accounts (scope, user_id, provider_id, login_fingerprint)
    WHERE login_fingerprint IS NOT NULL;
CREATE INDEX accounts_by_network ON accounts (network_fingerprint) WHERE network_fingerprint IS NOT NULL;
CREATE INDEX accounts_unfinished ON accounts (updated_at) WHERE status IN ('PENDING', 'AWAITING_MFA');

-- Files that were handed over to be read. content: their names and what was read; null once revoked.
CREATE TABLE archives (
    scope INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    provider_id TEXT NOT NULL,
    type TEXT NOT NULL,
    status TEXT NOT NULL,
    error_code TEXT,
    updated_at INTEGER NOT NULL,
    file_count INTEGER NOT NULL,
    content BLOB,
    PRIMARY KEY (scope, created_at, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX archives_by_id ON archives (id);
CREATE INDEX archives_by_user ON archives (user_id, created_at, id);
-- As items_by_kind: else SQLite reads a tenant's archives of every type.
CREATE INDEX archives_by_type ON archives (scope, type, created_at, id/*sqlite*/, user_id, provider_id, status, error_code,
    updated_at, file_count, content/*end*/);

-- Where data points come from. Written with the first of them and never changed.
CREATE TABLE sources (
    id TEXT NOT NULL PRIMARY KEY,
    scope INTEGER NOT NULL,
    type TEXT NOT NULL,
    user_id TEXT NOT NULL,
    provider_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Every data point. Clustered the way it is read most: one user's items of one kind, newest first.
CREATE TABLE items (
    scope INTEGER NOT NULL,
    user_id TEXT NOT NULL,
    kind INTEGER NOT NULL,
    sort INTEGER NOT NULL,
    id TEXT NOT NULL,
    source_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    item_key BLOB NOT NULL,
    item_hash BLOB NOT NULL,
    payload BLOB NOT NULL,
    PRIMARY KEY (scope, user_id, kind, sort, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX items_by_id ON items (id);
-- A whole tenant's items, too, are read in the order they lie in: the index holds all that a list needs. PostgreSQL allows no
-- index rows of that length, and looks each row up in the table for every list.
CREATE INDEX items_by_kind ON items (scope, kind, sort, id/*sqlite*/, source_id, payload/*end*/);
CREATE INDEX items_by_source ON items (source_id, kind, sort, id);

CREATE TABLE tasks (
    scope INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    id TEXT NOT NULL,
    task_type TEXT NOT NULL,
    user_id TEXT NOT NULL,
    source_id TEXT NOT NULL,
    provider_id TEXT NOT NULL,
    finished_at INTEGER,
    outcome TEXT,
    error_code TEXT,
    datapoints TEXT NOT NULL,
    PRIMARY KEY (scope, started_at, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX tasks_by_id ON tasks (id);
CREATE INDEX tasks_by_user ON tasks (user_id, started_at, id);
CREATE INDEX tasks_by_source ON tasks (source_id, started_at, id);
CREATE INDEX tasks_unfinished ON tasks (started_at) WHERE finished_at IS NULL;

-- How far people came at the widget. session_id: the link token; opened_at: when the session began, by which they are counted.
CREATE TABLE steps (
    scope INTEGER NOT NULL,
    user_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    id TEXT NOT NULL,
    session_id TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    step TEXT NOT NULL,
    provider_id TEXT,
    error_code TEXT,
    PRIMARY KEY (user_id, created_at, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX steps_by_session ON steps (session_id);
CREATE INDEX steps_by_opening ON steps (scope, opened_at, step, error_code, session_id);

CREATE TABLE webhooks (
    scope INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    id TEXT NOT NULL,
    event_types TEXT NOT NULL,
    active INTEGER NOT NULL,
    include_payload INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    switched_off_at INTEGER,
    switched_off_reason TEXT,
    details BLOB NOT NULL,
    PRIMARY KEY (scope, created_at, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX webhooks_by_id ON webhooks (id);

-- What happened, in order, without gaps: a log. Webhooks, and customers who catch up, are its readers.
CREATE TABLE events (
    scope INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    user_id TEXT,
    source_id TEXT,
    body TEXT NOT NULL,
    PRIMARY KEY (scope, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX events_by_id ON events (id);
CREATE INDEX events_by_user ON events (user_id, seq);
CREATE INDEX events_by_type ON events (scope, type, seq);

-- How far a webhook has come in its scope's events: what comes after the cursor is still to be brought to it. One process at a
-- time does that, its holder. revision: changes with the webhook, so that the holder notices. missed: what happened while
-- it was inactive.
CREATE TABLE streams (
    webhook_id TEXT NOT NULL PRIMARY KEY,
    scope INTEGER NOT NULL,
    cursor INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    holder BLOB,
    lease_until INTEGER,
    paused_until INTEGER,
    failing_since INTEGER,
    missed_from INTEGER,
    missed_to INTEGER
) STRICT, WITHOUT ROWID;

-- What a webhook still gets besides: what failed once, or is sent again. due_at: null once it was given up.
CREATE TABLE deliveries (
    webhook_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    scope INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    due_at INTEGER,
    PRIMARY KEY (webhook_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX deliveries_due ON deliveries (webhook_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX deliveries_by_event ON deliveries (scope, seq);

-- Requests that callers named with an idempotency key. Neither the key nor the request can be read from its hash. While there
-- is no answer, the holder is working on it, or was and died: then anybody may take over once the lease has ended.
CREATE TABLE idempotency_keys (
    scope INTEGER NOT NULL,
    key_hash BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    request_hash BLOB NOT NULL,
    holder BLOB NOT NULL,
    lease_until INTEGER NOT NULL,
    status INTEGER,
    request_id TEXT,
    sealed_with TEXT,
    answer BLOB,
    PRIMARY KEY (scope, key_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

-- due_at: when a job may be claimed, its lease's end while someone has it, null once it is dead. One that belongs to a source
-- has that as its subject, is there once for its kind, and comes nearer when its tenant's test clock is moved.
CREATE TABLE jobs (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    due_at INTEGER,
    leased INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    reason TEXT,
    created_at INTEGER NOT NULL,
    failed_at INTEGER,
    scope INTEGER,
    subject TEXT
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX jobs_by_subject ON jobs (subject, kind) WHERE subject IS NOT NULL;
CREATE INDEX jobs_by_scope ON jobs (scope, leased, due_at) WHERE scope IS NOT NULL;
CREATE INDEX jobs_due ON jobs (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX jobs_dead ON jobs (failed_at) WHERE failed_at IS NOT NULL;
