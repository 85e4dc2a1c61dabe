CREATE TABLE place (id bigint PRIMARY KEY);
CREATE TABLE event (
    id bigint NOT NULL, at timestamptz NOT NULL, place bigint REFERENCES place, "Note" text CHECK ("Note" <> ''), PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE INDEX event_note ON event (lower("Note"), place);
CREATE TABLE event_2023 PARTITION OF event FOR VALUES FROM (MINVALUE) TO ('2024-01-01');
CREATE TABLE event_2024 PARTITION OF event FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE "Event 2025" (
    id bigint NOT NULL, at timestamptz NOT NULL, place bigint, "Note" text CONSTRAINT "event_Note_check" CHECK ("Note" <> ''),
    CONSTRAINT "Event 2025_pkey" PRIMARY KEY (id, at), CONSTRAINT event_place_fkey FOREIGN KEY (place) REFERENCES place
);
CREATE INDEX "Event 2025_lower_place_idx" ON "Event 2025" (lower("Note"), place);
CREATE TABLE by_kind (id bigint, kind text, UNIQUE (kind, id)) PARTITION BY LIST (kind);
CREATE TABLE by_kind_a PARTITION OF by_kind FOR VALUES IN ('a', NULL) PARTITION BY RANGE (id);
CREATE TABLE by_kind_a_low PARTITION OF by_kind_a FOR VALUES FROM (MINVALUE) TO (100);
CREATE TABLE by_kind_b (id bigint, kind text, UNIQUE (kind, id)) PARTITION BY RANGE (id);
CREATE TABLE by_kind_b_low PARTITION OF by_kind_b FOR VALUES FROM (MINVALUE) TO (100);
CREATE TABLE by_hash (id bigint PRIMARY KEY) PARTITION BY HASH (id);
CREATE TABLE by_hash_0 PARTITION OF by_hash FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE by_hash_1 PARTITION OF by_hash FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO place VALUES (1);
INSERT INTO event VALUES (1, '2023-03-01', 1, 'a'), (1, '2024-03-01', 1, 'a'), (2, '2024-04-01', NULL, 'b');
INSERT INTO "Event 2025" VALUES (1, '2025-03-01', 1, 'a'), (2, '2025-04-01', NULL, 'b');
INSERT INTO by_kind VALUES (1, 'a');
INSERT INTO by_kind_b VALUES (1, 'b'), (2, 'b');
INSERT INTO by_hash SELECT generate_series(1, 10);
