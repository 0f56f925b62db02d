-- What happened that people may want to be told of by e-mail (ADR 0023). Written by router, in the
-- transaction in which it happened; removed by desk when it was given to those who want it.
CREATE TABLE notices (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    -- started, waiting, assigned or mentioned.
    kind TEXT NOT NULL,
    -- Whom it is about; null: whoever answers for the conversation.
    user_id TEXT,
    -- Which wait it is about.
    ticket BIGINT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX notices_by_conversation ON notices (conversation_id);

-- What a person is to be told, one line for each conversation and kind. Written by desk.
CREATE TABLE notice_items (
    user_id TEXT NOT NULL REFERENCES users (id),
    conversation_id TEXT NOT NULL,
    -- As above, or waits_long.
    kind TEXT NOT NULL,
    workspace_id TEXT NOT NULL,
    ticket BIGINT NOT NULL,
    at BIGINT NOT NULL,
    -- Not told before then.
    due_at BIGINT NOT NULL,
    -- The mail that tells it, while nobody knows what becomes of that.
    mail_id TEXT,
    PRIMARY KEY (user_id, conversation_id, kind)
);
CREATE INDEX notice_items_due ON notice_items (due_at);
CREATE INDEX notice_items_by_conversation ON notice_items (conversation_id);

-- What people want to be told, and how mailing them goes. Written by desk.
CREATE TABLE mailboxes (
    user_id TEXT NOT NULL PRIMARY KEY REFERENCES users (id),
    workspace_id TEXT NOT NULL,
    -- JSON; null: what the workspace has chosen.
    choice TEXT,
    -- When the last mail went out.
    told_at BIGINT,
    -- No mail before then.
    due_at BIGINT NOT NULL DEFAULT 0,
    -- Tries in a row that failed.
    attempts INTEGER NOT NULL DEFAULT 0,
    -- The address that the mail server refused, and what it said. Another address is tried again.
    refused TEXT,
    refused_because TEXT,
    -- Which desk is at it, and until when it has to have shown that it is.
    leased_by TEXT NOT NULL DEFAULT '',
    leased_until BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX mailboxes_by_workspace ON mailboxes (workspace_id);

-- What a workspace has chosen for all who did not choose. Written by desk.
CREATE TABLE notice_defaults (
    workspace_id TEXT NOT NULL PRIMARY KEY REFERENCES workspaces (id),
    choice TEXT NOT NULL,
    -- Whether mails may repeat what customers wrote.
    words BOOLEAN NOT NULL
);

-- Mails that were given to the mail server. Written by desk, before the text leaves.
CREATE TABLE mails (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    -- sending, sent, refused, or uncertain: its text left, and nobody knows whether it was taken.
    state TEXT NOT NULL,
    -- How many conversations it tells of.
    entries INTEGER NOT NULL,
    -- What the server said, for people.
    answer TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX mails_by_time ON mails (workspace_id, at);
CREATE INDEX mails_sending ON mails (user_id) WHERE state = 'sending';
