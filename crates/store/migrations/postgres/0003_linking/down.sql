DROP TABLE data_deletions;
DROP TABLE linking_codes;
DROP INDEX contacts_by_customer;
ALTER TABLE contacts DROP COLUMN linked_at;
ALTER TABLE contacts DROP COLUMN customer_name;
ALTER TABLE contacts DROP COLUMN customer_number;
DROP TABLE account_linking;
