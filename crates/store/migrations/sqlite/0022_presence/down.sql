ALTER TABLE conversations DROP COLUMN priority;
DROP TABLE desk_pages;
