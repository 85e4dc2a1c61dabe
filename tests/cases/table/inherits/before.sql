CREATE TABLE base (id integer, note text, CONSTRAINT positive CHECK (id > 0));
CREATE TABLE child (extra integer) INHERITS (base);
CREATE TABLE loner (id integer, note text, extra integer);
INSERT INTO child VALUES (1, 'one', 2);
INSERT INTO loner VALUES (3, 'three', 4);
