ALTER TABLE dispatch_entries DROP COLUMN told;
ALTER TABLE dispatch_entries DROP COLUMN want;
ALTER TABLE dispatch_agents DROP COLUMN turn;
ALTER TABLE dispatch_agents DROP COLUMN talents;
DROP TABLE agent_talents;
DROP TABLE team_settings;
