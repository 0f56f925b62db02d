-- How often an account has asked Meta for something of late (errands::taken_up).
CREATE INDEX errands_of_accounts ON errands (account_id, kind, started_at);
