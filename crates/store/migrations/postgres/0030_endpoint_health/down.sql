ALTER TABLE webhook_endpoints DROP COLUMN taken_at;
