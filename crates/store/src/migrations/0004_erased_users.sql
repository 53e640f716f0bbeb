-- When a user was erased. Nothing else is left of one: erasing it again finds that there is nothing to do.
ALTER TABLE users ADD COLUMN erased_at INTEGER;
CREATE INDEX users_erased ON users (scope, erased_at) WHERE erased_at IS NOT NULL;
