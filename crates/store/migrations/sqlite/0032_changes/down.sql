DROP TABLE noted_changes;
DROP TABLE noted_heads;
DROP INDEX conversations_by_position;
ALTER TABLE conversations DROP COLUMN position;
DROP TABLE change_heads;
