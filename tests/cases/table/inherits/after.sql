CREATE TABLE base (id bigint, note text DEFAULT 'x', more date, CONSTRAINT positive CHECK (id >= 0));
CREATE TABLE child (extra integer) INHERITS (base);
CREATE TABLE loner (id bigint, note text, extra integer, more date, CONSTRAINT positive CHECK (id >= 0));
ALTER TABLE loner INHERIT base;
INSERT INTO child VALUES (1, 'one', NULL, 2);
INSERT INTO loner VALUES (3, 'three', 4);
