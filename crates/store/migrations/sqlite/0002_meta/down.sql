DROP TABLE errands;
DROP TABLE account_events;
DROP TABLE message_revisions;
ALTER TABLE conversations DROP COLUMN thread_app;
ALTER TABLE conversations DROP COLUMN thread;
ALTER TABLE messages DROP COLUMN revised_at;
ALTER TABLE messages DROP COLUMN context;
ALTER TABLE accounts DROP COLUMN business_id;
