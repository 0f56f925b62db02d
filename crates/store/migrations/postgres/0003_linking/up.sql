-- Account linking, and people who want to be forgotten. Ids are UUIDs as text, times are
-- microseconds since the Unix epoch, UTC.

-- How an account asks its customers who they are (JSON), with the secret sealed. Written by desk.
CREATE TABLE account_linking (
    account_id TEXT PRIMARY KEY REFERENCES accounts (id),
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    method TEXT NOT NULL,
    secret TEXT NOT NULL,
    texts TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- Who the customer is to the business, since they logged in. Written by router.
ALTER TABLE contacts ADD COLUMN customer_number TEXT;
ALTER TABLE contacts ADD COLUMN customer_name TEXT;
ALTER TABLE contacts ADD COLUMN linked_at BIGINT;
CREATE INDEX contacts_by_customer ON contacts (account_id, customer_number);

-- Log-ins whose code was used up: one binds once. Written by router.
CREATE TABLE linking_codes (
    nonce TEXT PRIMARY KEY,
    used_at BIGINT NOT NULL
);
CREATE INDEX linking_codes_by_time ON linking_codes (used_at);

-- People whose data Meta wants erased, by the confirmation code that Meta was given. The user id is
-- forgotten when it is done. Written by router.
CREATE TABLE data_deletions (
    code TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    app_id TEXT NOT NULL REFERENCES apps (id),
    user_id TEXT,
    state TEXT NOT NULL,
    requested_at BIGINT NOT NULL,
    completed_at BIGINT
);
CREATE INDEX data_deletions_by_time ON data_deletions (workspace_id, requested_at);
