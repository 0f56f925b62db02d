-- Whom a note is for. Written by router; what a person has seen of them by desk, with the person.
CREATE TABLE mentions (
    user_id TEXT NOT NULL REFERENCES users (id),
    message_id TEXT NOT NULL,
    conversation_id TEXT NOT NULL REFERENCES conversations (id),
    workspace_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (user_id, message_id)
);
CREATE INDEX mentions_by_time ON mentions (user_id, at);
CREATE INDEX mentions_by_conversation ON mentions (conversation_id);
ALTER TABLE users ADD COLUMN mentions_seen_at BIGINT NOT NULL DEFAULT 0;
