-- How many tries of a job in a row panicked.
ALTER TABLE jobs ADD COLUMN lost INTEGER NOT NULL DEFAULT 0;
