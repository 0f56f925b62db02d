-- What bots are taught: documents of the business, none of its customers' words. Written by desk, read
-- by bot.
CREATE TABLE bot_documents (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    bot_id TEXT NOT NULL REFERENCES bots (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    -- JSON: a list of passages, as crates/knowledge makes them of the file.
    passages TEXT NOT NULL,
    passage_count BIGINT NOT NULL,
    -- Of the words, not of the file.
    bytes BIGINT NOT NULL,
    -- Of name and passages: while it stays, what was made of the document holds.
    hash TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (bot_id, name)
);
