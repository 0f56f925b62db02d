-- What changed when, for whoever follows the conversations of a workspace and was away (ADR 26).

-- How many changes there were in each shard. Written by router, in the transaction that changes the
-- conversations.
CREATE TABLE change_heads (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    shard INTEGER NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, shard)
);

-- The place of its last change among those of its workspace and shard; 0: none since this is kept.
-- Written by router, with the state.
ALTER TABLE conversations ADD COLUMN position BIGINT NOT NULL DEFAULT 0;
CREATE INDEX conversations_by_position ON conversations (workspace_id, shard, position);

-- The same for what is noted about conversations beside their lanes: labels, names, attributes, and
-- who is one person. Written by desk, and by router when it erases somebody.
CREATE TABLE noted_heads (
    workspace_id TEXT NOT NULL PRIMARY KEY REFERENCES workspaces (id),
    position BIGINT NOT NULL
);
CREATE TABLE noted_changes (
    conversation_id TEXT NOT NULL PRIMARY KEY REFERENCES conversations (id),
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    position BIGINT NOT NULL
);
CREATE INDEX noted_changes_by_position ON noted_changes (workspace_id, position);
