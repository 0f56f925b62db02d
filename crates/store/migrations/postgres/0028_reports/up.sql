-- What reports count. Written by router, in the transaction that applies the event. The conversation
-- is null once its customer was erased: the count stays, and whose it was is forgotten.
CREATE TABLE report_facts (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    kind TEXT NOT NULL,
    at BIGINT NOT NULL,
    id TEXT NOT NULL,
    word TEXT NOT NULL,
    conversation_id TEXT,
    account_id TEXT NOT NULL,
    team_id TEXT NOT NULL,
    -- Empty: nobody's.
    agent_id TEXT NOT NULL,
    -- How long it took, and what of it lay in the team's hours. Seconds.
    wall INTEGER NOT NULL,
    open INTEGER NOT NULL,
    -- Whether what the team promised was kept; null: it promised nothing.
    met BOOLEAN,
    PRIMARY KEY (workspace_id, kind, at, id)
);
CREATE INDEX report_facts_by_conversation ON report_facts (conversation_id);

-- How many messages there were in each quarter of an hour. Written by router likewise.
CREATE TABLE report_messages (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    -- When the quarter began.
    slot BIGINT NOT NULL,
    conversation_id TEXT,
    account_id TEXT NOT NULL,
    team_id TEXT NOT NULL,
    -- customer, bot, agent, system, elsewhere; and of an agent who.
    author TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    many INTEGER NOT NULL,
    UNIQUE (conversation_id, slot, author, agent_id, team_id)
);
CREATE INDEX report_messages_by_time ON report_messages (workspace_id, slot, author, many);
