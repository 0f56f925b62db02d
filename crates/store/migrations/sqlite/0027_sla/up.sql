-- What teams promise of their answers (JSON). Written by desk.
CREATE TABLE team_sla (
    team_id TEXT NOT NULL PRIMARY KEY REFERENCES teams (id),
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    sla TEXT NOT NULL
);

-- What is measured of each conversation (JSON), and of the promises whose time runs the one that is
-- broken first: which, when, and when a quarter of its time is left. Written by router.
CREATE TABLE ledgers (
    conversation_id TEXT NOT NULL PRIMARY KEY REFERENCES conversations (id),
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    ledger TEXT NOT NULL,
    target TEXT,
    due_at BIGINT,
    soon_at BIGINT
);
CREATE INDEX ledgers_by_due ON ledgers (workspace_id, due_at) WHERE due_at IS NOT NULL;
