-- Which attempt to connect an account is the present one: what an earlier one still wants to write comes too late. And when it
-- last went on, by the machine's clock: a tenant's test clock says nothing of whether anybody still works on it.
ALTER TABLE accounts ADD COLUMN link_attempt INTEGER NOT NULL DEFAULT 1;
ALTER TABLE accounts ADD COLUMN link_attempt_at INTEGER NOT NULL DEFAULT 0;
UPDATE accounts SET link_attempt_at = updated_at - (SELECT clock_shift FROM scopes WHERE number = accounts.scope)
    WHERE status IN ('PENDING', 'AWAITING_MFA');
DROP INDEX accounts_unfinished;
CREATE INDEX accounts_unfinished ON accounts (link_attempt_at) WHERE status IN ('PENDING', 'AWAITING_MFA');

-- As link_attempt_at: when a task began, by the machine's clock.
ALTER TABLE tasks ADD COLUMN began_at INTEGER NOT NULL DEFAULT 0;
UPDATE tasks SET began_at = started_at - (SELECT clock_shift FROM scopes WHERE number = tasks.scope)
    WHERE finished_at IS NULL;
DROP INDEX tasks_unfinished;
CREATE INDEX tasks_unfinished ON tasks (began_at) WHERE finished_at IS NULL;

-- How many bytes a document's files have, for what one person may hand over in a day. Not known of older ones.
ALTER TABLE archives ADD COLUMN size INTEGER NOT NULL DEFAULT 0;

-- What went wrong lately for a person, and which link tokens ended long ago.
CREATE INDEX steps_failed ON steps (user_id, provider_id, created_at, scope, error_code) WHERE error_code IS NOT NULL;
CREATE INDEX link_tokens_by_end ON link_tokens (expires_at);
