CREATE TABLE place (id bigint PRIMARY KEY);
CREATE TABLE parent (
    a integer, b integer NOT NULL, c bigint REFERENCES place,
    CONSTRAINT parent_a UNIQUE (a), CONSTRAINT parent_b CHECK (b > 0), CONSTRAINT alone CHECK (a > 0) NO INHERIT
);
CREATE TABLE child (d integer) INHERITS (parent);
CREATE TABLE grandchild () INHERITS (child);
CREATE INDEX parent_c ON parent (c);
INSERT INTO place VALUES (1);
INSERT INTO parent VALUES (1, 1, 1);
INSERT INTO child VALUES (1, 1, 1, 1), (2, 1, 1, 1);
INSERT INTO grandchild VALUES (1, 1, 1, 1), (2, 1, 1, 1);
