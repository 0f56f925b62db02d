-- What a bot proves itself with to those it asks, sealed. Written by desk.
ALTER TABLE bots ADD COLUMN secret TEXT;
