CREATE TABLE o (f text);
CREATE TABLE p () INHERITS (o);
CREATE TABLE x (e integer, c bigint NOT NULL, d integer DEFAULT 5);
CREATE TABLE q () INHERITS (p, x);
CREATE TABLE r () INHERITS (p);
INSERT INTO q VALUES ('f', 3, 1, 2);
