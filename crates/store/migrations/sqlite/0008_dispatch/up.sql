-- How teams work and what agents can do. Written by desk.
CREATE TABLE team_settings (
    team_id TEXT NOT NULL PRIMARY KEY REFERENCES teams (id),
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    -- JSON.
    settings TEXT NOT NULL
);
CREATE TABLE agent_talents (
    user_id TEXT NOT NULL PRIMARY KEY REFERENCES users (id),
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    -- JSON.
    talents TEXT NOT NULL
);

-- What the line goes by. Written by router (the dispatch lane). JSON, but for the turn.
ALTER TABLE dispatch_agents ADD COLUMN talents TEXT NOT NULL DEFAULT '{}';
ALTER TABLE dispatch_agents ADD COLUMN turn BIGINT NOT NULL DEFAULT 0;
ALTER TABLE dispatch_entries ADD COLUMN want TEXT NOT NULL DEFAULT '{}';
ALTER TABLE dispatch_entries ADD COLUMN told TEXT NOT NULL DEFAULT '{}';
