-- Which keys this data belongs to, and when it was in use last. One row.
CREATE TABLE installation (
    number INTEGER NOT NULL PRIMARY KEY CHECK (number = 1),
    -- Tells the keyring from another one.
    keyring_id BLOB NOT NULL,
    -- Tells the master key from another one, and tells nothing of it.
    key_check BLOB NOT NULL,
    last_seen INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Link attempts that a process works on, until when it says so. It says so again and again: one that is over is nobody's any more.
CREATE TABLE link_leases (
    account_id TEXT NOT NULL PRIMARY KEY,
    lease_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX link_leases_by_end ON link_leases (lease_until);
