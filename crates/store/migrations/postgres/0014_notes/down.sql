ALTER TABLE users DROP COLUMN mentions_seen_at;
DROP TABLE mentions;
