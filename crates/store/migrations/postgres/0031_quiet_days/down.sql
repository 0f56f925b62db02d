ALTER TABLE notice_defaults DROP COLUMN wants;
ALTER TABLE mailboxes DROP COLUMN wants;
