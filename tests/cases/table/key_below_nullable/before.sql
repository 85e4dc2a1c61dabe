CREATE TABLE above (id bigint NOT NULL, note text);
CREATE TABLE keyed (PRIMARY KEY (id)) INHERITS (above);
CREATE TABLE loose () INHERITS (above);
INSERT INTO above VALUES (1, 'a');
INSERT INTO keyed VALUES (2, 'b');
INSERT INTO loose VALUES (3, 'c');
