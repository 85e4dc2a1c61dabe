CREATE TABLE p (a integer);
CREATE TABLE x (b integer);
CREATE TABLE q () INHERITS (p);
CREATE TABLE r () INHERITS (q, x);
CREATE TABLE s (a integer) INHERITS (x, p);
INSERT INTO r VALUES (1);
