CREATE TABLE place (id bigint PRIMARY KEY);
CREATE TABLE parent (a integer, b integer, c bigint);
CREATE TABLE child (d integer) INHERITS (parent);
CREATE TABLE grandchild () INHERITS (child);
INSERT INTO place VALUES (1);
INSERT INTO parent VALUES (1, 1, 1);
INSERT INTO child VALUES (1, 1, 1, 1), (2, 1, 1, 1);
INSERT INTO grandchild VALUES (1, 1, 1, 1), (2, 1, 1, 1);
