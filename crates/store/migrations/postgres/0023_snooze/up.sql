-- When a conversation that was put aside comes back; null: it was not. Written by router.
ALTER TABLE conversations ADD COLUMN snoozed_until BIGINT;
