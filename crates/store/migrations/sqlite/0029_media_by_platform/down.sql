DROP INDEX media_by_platform_id;
