CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE TABLE event (id integer, at date, mood mood DEFAULT 'good') PARTITION BY RANGE (at);
CREATE TABLE event_a PARTITION OF event (mood DEFAULT 'bad') FOR VALUES FROM ('2024-01-01') TO ('2024-06-01') PARTITION BY LIST (id);
CREATE TABLE event_a1 PARTITION OF event_a FOR VALUES IN (1, 2);
CREATE VIEW seen AS SELECT id, mood FROM event_a1;
CREATE INDEX event_a1_mood ON event_a1 (mood) WHERE mood = 'bad';
INSERT INTO event VALUES (1, '2024-03-01', 'good');
