ALTER TABLE teams DROP COLUMN merged_into;
