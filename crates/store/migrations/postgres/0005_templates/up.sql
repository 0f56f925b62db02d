-- The message templates of WhatsApp business accounts, as Meta listed them last. Written by outbound.
CREATE TABLE templates (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    business_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    status TEXT NOT NULL,
    category TEXT NOT NULL,
    definition TEXT NOT NULL,
    synced_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, business_id, id)
);
CREATE INDEX templates_by_name ON templates (workspace_id, business_id, name, language);
