ALTER TABLE teams DROP COLUMN deleted_at;
ALTER TABLE webhook_endpoints DROP COLUMN taken_at;
