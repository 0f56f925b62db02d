-- What people, and workspaces, want to be told: all of it, with quiet times by weekday and teams and
-- accounts for each kind. JSON. The column `choice` goes on with what the release before can read of
-- it; where that was changed since, it counts. Written by desk.
ALTER TABLE mailboxes ADD COLUMN wants TEXT;
ALTER TABLE notice_defaults ADD COLUMN wants TEXT;
