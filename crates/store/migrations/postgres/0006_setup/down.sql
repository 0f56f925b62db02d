ALTER TABLE accounts DROP COLUMN disconnected_at;
