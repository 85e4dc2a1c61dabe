CREATE TABLE parent (id integer PRIMARY KEY, name text, token uuid DEFAULT gen_random_uuid());
CREATE TABLE child (more text) INHERITS (parent);
CREATE TABLE grandchild () INHERITS (child);
CREATE TABLE early (id integer NOT NULL, name text, token uuid DEFAULT gen_random_uuid());
ALTER TABLE early INHERIT parent;
INSERT INTO parent VALUES (1, 'parent', NULL);
INSERT INTO child VALUES (1, 'child', NULL);
