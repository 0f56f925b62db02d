-- What people and programs keep at the desk beside the conversations. All written by desk; what is
-- about one customer is erased with them, by router.

-- Keys by which programs use the API: only a hash of each is kept.
CREATE TABLE api_keys (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    -- As whom it acts.
    user_id TEXT NOT NULL REFERENCES users (id),
    name TEXT NOT NULL,
    key_hash TEXT NOT NULL UNIQUE,
    -- Its first characters, by which people know it again.
    hint TEXT NOT NULL,
    -- JSON: a list of words.
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    used_at BIGINT,
    revoked_at BIGINT
);
CREATE INDEX api_keys_by_workspace ON api_keys (workspace_id, created_at);

-- Who changed what, and when.
CREATE TABLE audit_log (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    at BIGINT NOT NULL,
    user_id TEXT NOT NULL,
    -- The key that a program used; null: a person at a page.
    key_id TEXT,
    -- The operation, such as PUT /accounts/{id}/token, and the path that it was called by.
    operation TEXT NOT NULL,
    path TEXT NOT NULL,
    status INTEGER NOT NULL
);
CREATE INDEX audit_log_by_time ON audit_log (workspace_id, at, id);

CREATE TABLE labels (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    -- One of the colours that the page has, by name.
    colour TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (workspace_id, name)
);

CREATE TABLE conversation_labels (
    conversation_id TEXT NOT NULL REFERENCES conversations (id),
    label_id TEXT NOT NULL REFERENCES labels (id),
    workspace_id TEXT NOT NULL,
    PRIMARY KEY (conversation_id, label_id)
);
CREATE INDEX conversation_labels_by_label ON conversation_labels (label_id);

-- Texts that agents write often.
CREATE TABLE canned_replies (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    -- Whose it is; null: everybody's.
    team_id TEXT REFERENCES teams (id),
    -- What an agent types to find it.
    shortcut TEXT NOT NULL,
    text TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (workspace_id, shortcut)
);

-- Lists of conversations that are looked at often.
CREATE TABLE saved_views (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    user_id TEXT NOT NULL REFERENCES users (id),
    -- Whether everybody sees it.
    shared BOOLEAN NOT NULL,
    name TEXT NOT NULL,
    -- The query of GET /conversations.
    query TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX saved_views_by_workspace ON saved_views (workspace_id, name);

-- What the business knows about a customer, in words of its own.
CREATE TABLE contact_attributes (
    contact_id TEXT NOT NULL REFERENCES contacts (id),
    name TEXT NOT NULL,
    workspace_id TEXT NOT NULL,
    value TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (contact_id, name)
);

-- What a message says in plain words, in lower case, for the search. Written by router.
ALTER TABLE messages ADD COLUMN words TEXT NOT NULL DEFAULT '';
UPDATE messages SET words = lower(coalesce(
    content::json ->> 'text', content::json ->> 'title', content::json ->> 'caption', ''));
-- An index for parts of words, where the database's owner may add the extension; without it the
-- search is right and slower. Who adds it later creates the same index then.
DO $$
BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE INDEX messages_by_words ON messages USING gin (words gin_trgm_ops);
EXCEPTION WHEN OTHERS THEN
    RAISE NOTICE 'no index for the search: %', SQLERRM;
END $$;
