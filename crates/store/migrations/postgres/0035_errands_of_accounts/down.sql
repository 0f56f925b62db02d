DROP INDEX errands_of_accounts;
