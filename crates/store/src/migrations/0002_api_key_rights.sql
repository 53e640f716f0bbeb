-- What a key may do, as names separated by commas. Keys that were there before may do everything, as before.
ALTER TABLE api_keys ADD COLUMN rights TEXT NOT NULL DEFAULT 'read,write,webhooks';
