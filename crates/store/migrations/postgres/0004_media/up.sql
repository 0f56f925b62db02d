-- Files of conversations: what customers sent, and what agents uploaded. The files themselves are
-- where media.url says, under workspace and id. Written by outbound; uploads are inserted by desk.
CREATE TABLE media (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    conversation_id TEXT NOT NULL,
    -- The message that it came in; of an upload the one that it went out with.
    message_id TEXT,
    -- wanted, stored, failed, erasing
    state TEXT NOT NULL,
    kind TEXT NOT NULL,
    mime_type TEXT,
    filename TEXT,
    size BIGINT,
    sha256 TEXT,
    -- Why it could not be had.
    reason TEXT,
    -- Meta's id and link, by which it is fetched; of an upload the id that Meta gave, and until when.
    platform_id TEXT,
    platform_until BIGINT,
    url TEXT,
    -- A secret by which Meta may fetch an upload, and until when.
    link TEXT,
    link_until BIGINT,
    attempts INTEGER NOT NULL,
    -- When outbound has something to do with it next: fetch, tell, erase. Null: nothing.
    next_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX media_due ON media (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX media_by_message ON media (message_id);
CREATE INDEX media_by_conversation ON media (conversation_id);
CREATE UNIQUE INDEX media_by_link ON media (link) WHERE link IS NOT NULL;
