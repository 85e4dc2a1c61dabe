CREATE TYPE mood AS ENUM ('bad', 'good');
CREATE TABLE event (id integer, at date, mood mood DEFAULT 'bad' NOT NULL, note text DEFAULT 'none') PARTITION BY RANGE (at);
CREATE TABLE event_a PARTITION OF event (mood DEFAULT 'good') FOR VALUES FROM ('2024-01-01') TO ('2024-06-01') PARTITION BY LIST (id);
CREATE TABLE event_a1 PARTITION OF event_a (note DEFAULT 'some') FOR VALUES IN (1, 2);
COMMENT ON COLUMN event_a1.note IS 'a note';
CREATE VIEW seen AS SELECT id, mood FROM event_a1;
CREATE INDEX event_a1_mood ON event_a1 (mood) WHERE mood = 'bad';
INSERT INTO event VALUES (1, '2024-03-01', 'good');
