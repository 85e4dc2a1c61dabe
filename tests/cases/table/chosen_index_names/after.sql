CREATE TABLE event (id bigint, at date) PARTITION BY RANGE (at);
CREATE TABLE event_a PARTITION OF event FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE event_b PARTITION OF event DEFAULT;
CREATE INDEX chosen ON event_a (at);
CREATE INDEX event_b_chosen_idx ON event_b (at);
CREATE INDEX event_at ON event (at);
CREATE INDEX event_at_later ON event (at) WHERE id > 0;
