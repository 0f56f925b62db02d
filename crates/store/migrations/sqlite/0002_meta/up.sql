-- What Meta tells beside messages. Ids are UUIDs as text, times are microseconds since the Unix epoch, UTC.

-- The WhatsApp business account that a number belongs to; NULL elsewhere. Written by desk.
ALTER TABLE accounts ADD COLUMN business_id TEXT;

-- What stands around a message (JSON), and when it was last changed by its writer. Written by router.
ALTER TABLE messages ADD COLUMN context TEXT;
ALTER TABLE messages ADD COLUMN revised_at BIGINT;

-- Which app has control: ours, elsewhere; and Meta's id of that app, where known. Written by router.
ALTER TABLE conversations ADD COLUMN thread TEXT NOT NULL DEFAULT 'ours';
ALTER TABLE conversations ADD COLUMN thread_app TEXT;

-- What messages said before they were changed, and the event that changed them. Nothing is left of a
-- message that was taken back. Written by router.
CREATE TABLE message_revisions (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    message_id TEXT NOT NULL REFERENCES messages (id),
    content TEXT NOT NULL,
    raw TEXT,
    revised_at BIGINT NOT NULL
);
CREATE INDEX message_revisions_by_message ON message_revisions (message_id, revised_at);

-- What Meta says about accounts: quality, templates, bans, restrictions. Written by router.
CREATE TABLE account_events (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    kind TEXT NOT NULL,
    severity TEXT NOT NULL,
    sentence TEXT NOT NULL,
    raw TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX account_events_by_account ON account_events (account_id, at);

-- What outbound did at Meta for others, and what came of it. Written by outbound.
CREATE TABLE errands (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    account_id TEXT,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    result TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX errands_by_end ON errands (ended_at);
