ALTER TABLE messages DROP COLUMN words;
DROP TABLE contact_attributes;
DROP TABLE saved_views;
DROP TABLE canned_replies;
DROP TABLE conversation_labels;
DROP TABLE labels;
DROP TABLE audit_log;
DROP TABLE api_keys;
