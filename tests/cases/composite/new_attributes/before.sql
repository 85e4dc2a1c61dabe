CREATE TYPE c AS (a int);
CREATE TYPE used AS (a int);
CREATE TABLE t (id int PRIMARY KEY, c used);
INSERT INTO t VALUES (1, ROW(1));
