CREATE TABLE p (a integer CONSTRAINT positive CHECK (a > 0));
CREATE TABLE x (b integer);
CREATE TABLE q () INHERITS (p);
CREATE TABLE r (CONSTRAINT positive CHECK (a > 0)) INHERITS (q, x);
CREATE TABLE s (a integer CONSTRAINT positive CHECK (a > 0)) INHERITS (x, p);
INSERT INTO r VALUES (1);
