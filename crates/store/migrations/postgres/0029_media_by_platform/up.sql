-- Bots that were written for Meta's platform ask for files by Meta's ids.
CREATE INDEX media_by_platform_id ON media (platform_id) WHERE platform_id IS NOT NULL;
