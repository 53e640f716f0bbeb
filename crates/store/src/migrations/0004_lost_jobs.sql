-- How many tries of a job in a row ended without a word: it panicked, or its process died.
ALTER TABLE jobs ADD COLUMN lost INTEGER NOT NULL DEFAULT 0;
