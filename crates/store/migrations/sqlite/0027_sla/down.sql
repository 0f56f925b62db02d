DROP TABLE ledgers;
DROP TABLE team_sla;
