CREATE TABLE event (id bigint NOT NULL, at date NOT NULL, "Note" text NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE event_2024 (id bigint NOT NULL, at date NOT NULL, "Note" text NOT NULL) PARTITION BY LIST (id);
CREATE TABLE event_2024_1 (id bigint NOT NULL, at date, "Note" text NOT NULL);
CREATE TABLE event_2025 (id bigint NOT NULL, at date NOT NULL, "Note" text);
CREATE TABLE parent (a integer NOT NULL);
CREATE TABLE child (a integer NOT NULL, b integer NOT NULL, c integer NOT NULL);
INSERT INTO event_2024_1 VALUES (1, '2024-03-01', 'kept');
INSERT INTO event_2025 VALUES (2, '2025-03-01', 'kept');
INSERT INTO child VALUES (1, 2, 3);
