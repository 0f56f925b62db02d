-- When an endpoint last took something; null: never. Written by desk.
ALTER TABLE webhook_endpoints ADD COLUMN taken_at BIGINT;
-- When a team was deleted; null: it is there. Its row stays, for its name in reports. Written by desk.
ALTER TABLE teams ADD COLUMN deleted_at BIGINT;
