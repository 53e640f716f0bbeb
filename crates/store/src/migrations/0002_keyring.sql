-- Ids of keys that were destroyed: a key that is missing and not named here was lost.
CREATE TABLE destroyed_keys (
    id TEXT NOT NULL PRIMARY KEY,
    destroyed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX destroyed_keys_by_time ON destroyed_keys (destroyed_at, id);
