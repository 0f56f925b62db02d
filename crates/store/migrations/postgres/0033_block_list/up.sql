-- Customers who are to be on WhatsApp's own block list at Meta, or off it (ADR 29). Written by
-- outbound.
CREATE TABLE block_list (
    conversation_id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    -- Where the conversation lives, and hears what came of it.
    shard INTEGER NOT NULL,
    -- By what Meta knows them.
    phone TEXT,
    user_id TEXT,
    -- Whether they are to be on it.
    blocked BOOLEAN NOT NULL,
    -- Grows each time that this is said anew; what became of what was said before counts no more.
    change BIGINT NOT NULL,
    -- Since when it is to be so.
    since BIGINT NOT NULL,
    attempts INTEGER NOT NULL,
    -- When Meta is to be told; null: it was.
    next_at BIGINT,
    -- Until then somebody is telling it, and nobody else does: calls must not overtake each other.
    claimed_until BIGINT NOT NULL
);
CREATE INDEX block_list_by_due ON block_list (next_at);
