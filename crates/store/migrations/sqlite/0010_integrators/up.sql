-- Whose software is told of what happens. Written by desk.
CREATE TABLE webhook_endpoints (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    url TEXT NOT NULL,
    -- What it is told of, a JSON list of words.
    kinds TEXT NOT NULL,
    -- Sealed.
    secret TEXT NOT NULL,
    -- Sealed; what signs beside the secret until then.
    old_secret TEXT,
    old_secret_until BIGINT,
    -- Why nothing is delivered; null: it is.
    off_because TEXT,
    -- Since when nothing arrived; null: the last delivery did.
    failing_since BIGINT,
    -- Which desk delivers, and until when it has to have shown that it does.
    leased_by TEXT NOT NULL DEFAULT '',
    leased_until BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL
);
CREATE INDEX webhook_endpoints_by_workspace ON webhook_endpoints (workspace_id, created_at);

-- What happened, for workspaces with endpoints. Written by router, in the transaction in which it
-- happened; whether it was given out by desk, which removes what is old.
CREATE TABLE webhook_events (
    -- In order within a conversation.
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    workspace_id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- What is posted.
    body TEXT NOT NULL,
    at BIGINT NOT NULL,
    given BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE INDEX webhook_events_to_give ON webhook_events (seq) WHERE NOT given;
CREATE INDEX webhook_events_by_time ON webhook_events (workspace_id, at);
CREATE INDEX webhook_events_by_conversation ON webhook_events (conversation_id);

-- What an endpoint is to be told. Written by desk.
CREATE TABLE webhook_deliveries (
    endpoint_id TEXT NOT NULL REFERENCES webhook_endpoints (id),
    -- Of the event.
    seq BIGINT NOT NULL,
    event_id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- pending, delivered or parked.
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    -- When it is tried next.
    due_at BIGINT NOT NULL,
    -- What came of the last try, for people.
    answer TEXT NOT NULL,
    tried_at BIGINT,
    PRIMARY KEY (endpoint_id, seq)
);
CREATE INDEX webhook_deliveries_pending ON webhook_deliveries (endpoint_id, conversation_id, seq)
    WHERE state = 'pending';
CREATE INDEX webhook_deliveries_by_conversation ON webhook_deliveries (conversation_id);
