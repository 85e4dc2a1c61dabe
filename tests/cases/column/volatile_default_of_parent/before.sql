-- The rows of each table get their values by themselves; a child that has the column already keeps what it holds.
CREATE TABLE parent (id integer PRIMARY KEY, name text);
CREATE TABLE child (more text) INHERITS (parent);
CREATE TABLE grandchild () INHERITS (child);
CREATE TABLE early (id integer NOT NULL, name text, token uuid);
ALTER TABLE early INHERIT parent;
INSERT INTO parent SELECT n, 'parent' FROM generate_series(1, 50) AS n;
INSERT INTO child SELECT n % 7, 'child' FROM generate_series(1, 3000) AS n;
INSERT INTO grandchild SELECT n, 'grandchild' FROM generate_series(1, 50) AS n;
INSERT INTO early VALUES (1, 'early', NULL), (2, 'early', gen_random_uuid());
