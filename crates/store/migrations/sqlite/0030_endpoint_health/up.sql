-- When an endpoint last took something; null: never. Written by desk.
ALTER TABLE webhook_endpoints ADD COLUMN taken_at BIGINT;
