CREATE TABLE p (a integer, c integer);
CREATE TABLE q () INHERITS (p);
CREATE TABLE r (c integer) INHERITS (q);
INSERT INTO r VALUES (1, 2);
