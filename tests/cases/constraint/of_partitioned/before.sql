-- rollback: planned
CREATE TABLE place (id bigint PRIMARY KEY);
CREATE TABLE area (id bigint, PRIMARY KEY (id)) PARTITION BY HASH (id);
CREATE TABLE area_0 PARTITION OF area FOR VALUES WITH (MODULUS 1, REMAINDER 0);
CREATE TABLE event (id bigint, at date, place bigint, area bigint, note text) PARTITION BY RANGE (at);
CREATE TABLE event_2024 PARTITION OF event FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE event_2025 PARTITION OF event FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY LIST (id);
CREATE TABLE "event 2025 1" PARTITION OF event_2025 FOR VALUES IN (1, 2, 3);
CREATE TABLE "event 2025 x" PARTITION OF event_2025 DEFAULT;
ALTER TABLE event_2024 ALTER note SET NOT NULL;
INSERT INTO place SELECT generate_series(1, 3);
INSERT INTO area SELECT generate_series(1, 3);
INSERT INTO event SELECT n, date '2024-01-01' + n % 700, n % 3 + 1, n % 3 + 1, 'note ' || n FROM generate_series(1, 200) AS n;
