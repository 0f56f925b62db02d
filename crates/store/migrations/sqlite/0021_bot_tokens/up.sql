-- What bots that speak by themselves are let in with, for one account each: only a hash is kept.
-- Written by desk.
CREATE TABLE bot_tokens (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    bot_id TEXT NOT NULL REFERENCES bots (id) ON DELETE CASCADE,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    token_hash TEXT NOT NULL UNIQUE,
    -- Its first characters, by which people know it again.
    hint TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE INDEX bot_tokens_by_bot ON bot_tokens (bot_id, created_at);
