CREATE TABLE item (code text, at integer) PARTITION BY LIST (code COLLATE "C");
CREATE TABLE item_a PARTITION OF item FOR VALUES IN ('a', 'b');
CREATE TABLE item_c PARTITION OF item FOR VALUES IN ('c');
INSERT INTO item VALUES ('a', 1), ('c', 2);
