CREATE TABLE o (c integer, d integer, f text);
CREATE TABLE p () INHERITS (o);
CREATE TABLE x (e integer);
CREATE TABLE q () INHERITS (p, x);
CREATE TABLE r () INHERITS (p);
INSERT INTO q VALUES (1, 2, 'f', 3);
