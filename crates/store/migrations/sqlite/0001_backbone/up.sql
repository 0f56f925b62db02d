-- The tables of the backbone. Ids are UUIDs as text, times are microseconds since the Unix epoch, UTC.

-- Tenants and people. Written by desk.
CREATE TABLE workspaces (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE TABLE users (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    capacity INTEGER NOT NULL,
    active BOOLEAN NOT NULL,
    chosen_presence TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE TABLE teams (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE TABLE team_members (
    team_id TEXT NOT NULL REFERENCES teams (id),
    user_id TEXT NOT NULL REFERENCES users (id),
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    PRIMARY KEY (team_id, user_id)
);
CREATE TABLE sessions (
    token_hash TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    csrf TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- What is connected. Written by desk; secrets are sealed.
CREATE TABLE apps (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    key TEXT NOT NULL UNIQUE,
    meta_app_id TEXT NOT NULL,
    secret TEXT NOT NULL,
    previous_secret TEXT,
    verify_token TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE TABLE bots (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    settings TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    app_id TEXT NOT NULL REFERENCES apps (id),
    channel TEXT NOT NULL,
    external_id TEXT NOT NULL,
    sender_id TEXT NOT NULL,
    name TEXT NOT NULL,
    token TEXT NOT NULL,
    bot_id TEXT REFERENCES bots (id),
    team_id TEXT NOT NULL REFERENCES teams (id),
    settings TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (channel, external_id)
);

-- Whether an account can send. Written by outbound.
CREATE TABLE account_health (
    account_id TEXT PRIMARY KEY REFERENCES accounts (id),
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    paused BOOLEAN NOT NULL,
    reason TEXT NOT NULL,
    since BIGINT NOT NULL
);

-- Conversations. Written by router.
CREATE TABLE contacts (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    name TEXT,
    username TEXT,
    scoped_id TEXT,
    user_id TEXT,
    phone TEXT,
    created_at BIGINT NOT NULL
);
CREATE TABLE conversations (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    contact_id TEXT NOT NULL REFERENCES contacts (id),
    shard INTEGER NOT NULL,
    status TEXT NOT NULL,
    agent_id TEXT,
    team_id TEXT,
    state TEXT NOT NULL,
    revision BIGINT NOT NULL,
    unread INTEGER NOT NULL,
    preview TEXT NOT NULL,
    customer_wrote_at BIGINT,
    last_message_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX conversations_by_recency ON conversations (workspace_id, last_message_at, id);
CREATE TABLE identities (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    conversation_id TEXT NOT NULL REFERENCES conversations (id),
    PRIMARY KEY (account_id, kind, value)
);
CREATE TABLE messages (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    conversation_id TEXT NOT NULL REFERENCES conversations (id),
    seq BIGINT NOT NULL,
    direction TEXT NOT NULL,
    author TEXT NOT NULL,
    author_id TEXT,
    content TEXT NOT NULL,
    external_id TEXT,
    reply_to TEXT,
    status TEXT NOT NULL,
    reason TEXT,
    send_id TEXT,
    raw TEXT,
    at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (conversation_id, seq)
);
CREATE INDEX messages_by_external_id ON messages (account_id, external_id);
CREATE INDEX messages_by_send ON messages (send_id);
CREATE TABLE unrouted_events (
    id TEXT PRIMARY KEY,
    workspace_id TEXT REFERENCES workspaces (id),
    app_key TEXT NOT NULL,
    channel TEXT NOT NULL,
    account TEXT NOT NULL,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    raw TEXT NOT NULL,
    received_at BIGINT NOT NULL
);
CREATE INDEX unrouted_events_by_time ON unrouted_events (received_at);
CREATE TABLE timers (
    id TEXT PRIMARY KEY,
    topic TEXT NOT NULL,
    payload BLOB NOT NULL,
    due_at BIGINT NOT NULL,
    claimed_until BIGINT NOT NULL
);
CREATE INDEX timers_by_due ON timers (due_at);

-- Dispatch. Written by router.
CREATE TABLE dispatch_agents (
    user_id TEXT PRIMARY KEY REFERENCES users (id),
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    presence TEXT NOT NULL,
    capacity INTEGER NOT NULL,
    teams TEXT NOT NULL,
    absences BIGINT NOT NULL
);
CREATE TABLE dispatch_entries (
    conversation_id TEXT PRIMARY KEY REFERENCES conversations (id),
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    team_id TEXT NOT NULL,
    since BIGINT NOT NULL,
    ticket BIGINT NOT NULL,
    agent_id TEXT
);

-- Lanes: who owns which, what was taken up, what is to be published. Written by a lane's owner.
CREATE TABLE lanes (
    lane TEXT PRIMARY KEY,
    epoch BIGINT NOT NULL,
    owner TEXT NOT NULL,
    seen_at BIGINT NOT NULL
);
CREATE TABLE dedupe_keys (
    lane TEXT NOT NULL,
    key TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (lane, key)
);
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    lane TEXT NOT NULL,
    topic TEXT NOT NULL,
    message_id TEXT NOT NULL,
    payload BLOB NOT NULL
);
CREATE INDEX outbox_by_lane ON outbox (lane, id);
CREATE TABLE poison (
    message_id TEXT PRIMARY KEY,
    lane TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    at BIGINT NOT NULL
);

-- Sends. Written by outbound.
CREATE TABLE sends (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    conversation_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    shard INTEGER NOT NULL,
    request BLOB NOT NULL,
    state TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    epoch BIGINT NOT NULL,
    not_before BIGINT NOT NULL,
    external_id TEXT,
    error TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX sends_open ON sends (shard, position) WHERE state IN ('queued', 'sending', 'uncertain');
CREATE INDEX sends_open_by_account ON sends (account_id, position) WHERE state IN ('queued', 'sending', 'uncertain');
CREATE INDEX sends_open_by_conversation ON sends (conversation_id, position) WHERE state IN ('queued', 'sending', 'uncertain');
CREATE INDEX sends_by_update ON sends (shard, updated_at);
