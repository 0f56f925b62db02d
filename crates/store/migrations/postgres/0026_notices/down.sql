DROP TABLE mails;
DROP TABLE notice_defaults;
DROP TABLE mailboxes;
DROP TABLE notice_items;
DROP TABLE notices;
