CREATE TABLE item (code text, at integer) PARTITION BY LIST (code COLLATE "C");
CREATE TABLE item_a (code text, at integer);
CREATE TABLE item_c PARTITION OF item FOR VALUES IN ('c');
