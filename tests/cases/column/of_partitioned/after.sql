CREATE TABLE event (
    id bigint NOT NULL, at date NOT NULL, token uuid NOT NULL DEFAULT gen_random_uuid(), stamp timestamptz DEFAULT clock_timestamp()
) PARTITION BY RANGE (at);
CREATE TABLE event_2024 PARTITION OF event FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE event_2025 PARTITION OF event FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY LIST (id);
CREATE TABLE "event 2025" PARTITION OF event_2025 DEFAULT;
INSERT INTO event SELECT n, date '2024-01-01' + n % 700 FROM generate_series(1, 200) AS n;
