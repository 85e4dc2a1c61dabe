CREATE TABLE event (id bigint NOT NULL, at date NOT NULL, note text) PARTITION BY RANGE (at);
CREATE TABLE event_2024 (id bigint NOT NULL, at date NOT NULL, note text, CONSTRAINT event_2024_pkey PRIMARY KEY (id, at));
INSERT INTO event_2024 VALUES (1, '2024-03-01', 'kept');
