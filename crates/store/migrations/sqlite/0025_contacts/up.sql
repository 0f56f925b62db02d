-- Contacts as people see them: who is who, what they are called here, and who is blocked.

-- What agents know of a contact that Meta does not say. Written by desk; erased with the customer, by
-- router. A contact that has no row is a person by itself, and is called as they call themselves.
CREATE TABLE persons (
    contact_id TEXT NOT NULL PRIMARY KEY REFERENCES contacts (id),
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    -- What agents call them; null: as they call themselves.
    name TEXT,
    -- Contacts with the same are one person; null: nobody else is.
    person_id TEXT,
    -- Their place among the person's contacts: what the first knows wins.
    place BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX persons_by_person ON persons (workspace_id, person_id);

-- By what contacts are suggested to be one person.
CREATE INDEX contacts_by_phone ON contacts (workspace_id, phone);
CREATE INDEX contacts_by_number ON contacts (workspace_id, customer_number);

-- That the customer is blocked: since when, by whom, and why. Written by router, with the state.
ALTER TABLE conversations ADD COLUMN blocked_at BIGINT;
ALTER TABLE conversations ADD COLUMN blocked_by TEXT;
ALTER TABLE conversations ADD COLUMN blocked_because TEXT;

-- What an operation was about beside its path: ids and names of things, nothing that people said.
-- Written by desk.
ALTER TABLE audit_log ADD COLUMN detail TEXT;
