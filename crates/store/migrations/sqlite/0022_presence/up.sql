-- Whose pages are open at which desk, until when that holds if it is not said again, and when something
-- was last done there. Written by desk, by each for itself.
CREATE TABLE desk_pages (
    user_id TEXT NOT NULL REFERENCES users (id),
    desk TEXT NOT NULL,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    holds_until BIGINT NOT NULL,
    active_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, desk)
);
CREATE INDEX desk_pages_by_end ON desk_pages (holds_until);

-- How urgent people found a conversation; NULL: as its account says. Written by router.
ALTER TABLE conversations ADD COLUMN priority TEXT;
UPDATE conversations SET priority = json_extract(state, '$.priority')
WHERE state LIKE '%"priority":"%';
