-- The team that a team was merged into, for which its id stands from then on (ADR 27); null: it works.
-- Written by desk.
ALTER TABLE teams ADD COLUMN merged_into TEXT REFERENCES teams (id);
