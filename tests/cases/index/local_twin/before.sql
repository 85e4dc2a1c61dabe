-- rollback: planned
CREATE TABLE joined (a integer, b integer) PARTITION BY LIST (a);
CREATE INDEX joined_a_b ON joined (a, b);
CREATE TABLE joined_1 (a integer, b integer);
CREATE INDEX joined_1_own ON joined_1 (a, b);
CREATE TABLE stays (a integer, b integer) PARTITION BY LIST (a);
CREATE TABLE stays_1 PARTITION OF stays FOR VALUES IN (1);
CREATE INDEX stays_1_own ON stays_1 (lower(b::text));
INSERT INTO joined_1 VALUES (1, 1), (1, 2);
INSERT INTO stays VALUES (1, 1), (1, 2);
CREATE TABLE goes (a integer, b integer) PARTITION BY LIST (a);
CREATE TABLE goes_1 PARTITION OF goes FOR VALUES IN (1);
CREATE INDEX goes_1_own ON goes_1 (b);
