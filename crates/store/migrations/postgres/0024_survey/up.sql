-- How an account asks its customers how it went. Written by desk.
CREATE TABLE surveys (
    account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id),
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    -- JSON.
    settings TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- What customers were asked when their conversation was resolved, and what they said. Written by
-- router.
CREATE TABLE survey_answers (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    -- Null: the customer was erased since.
    conversation_id TEXT REFERENCES conversations (id),
    -- Who answered the customer last, and the team that it was for.
    agent_id TEXT NOT NULL,
    team_id TEXT NOT NULL,
    resolved_at BIGINT NOT NULL,
    -- Null: the customer could not be asked.
    asked_at BIGINT,
    -- When they chose first.
    answered_at BIGINT,
    -- 1 to 5.
    score INTEGER,
    comment TEXT,
    -- The message that the comment is; it goes with it.
    comment_message_id TEXT
);
CREATE INDEX survey_answers_by_time ON survey_answers (workspace_id, resolved_at, id);
CREATE INDEX survey_answers_by_conversation ON survey_answers (conversation_id);
CREATE INDEX survey_answers_by_comment ON survey_answers (comment_message_id);
