DROP TABLE report_messages;
DROP TABLE report_facts;
