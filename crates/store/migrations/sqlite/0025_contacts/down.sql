ALTER TABLE audit_log DROP COLUMN detail;
ALTER TABLE conversations DROP COLUMN blocked_because;
ALTER TABLE conversations DROP COLUMN blocked_by;
ALTER TABLE conversations DROP COLUMN blocked_at;
DROP INDEX contacts_by_number;
DROP INDEX contacts_by_phone;
DROP TABLE persons;
