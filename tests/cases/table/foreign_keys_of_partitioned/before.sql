CREATE TABLE event (id bigint, at date) PARTITION BY RANGE (at);
CREATE TABLE event_a PARTITION OF event FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE actor (id bigint PRIMARY KEY);
CREATE TABLE mark (event_id bigint, event_at date);
