-- An account that was disconnected stays with its history, and neither receives nor sends.
ALTER TABLE accounts ADD COLUMN disconnected_at BIGINT;
