CREATE TYPE pair AS (a integer, b text);
CREATE DOMAIN one AS pair;
CREATE TABLE t (id integer PRIMARY KEY, p pair NOT NULL, d one NOT NULL);
INSERT INTO t VALUES (1, ROW(NULL, NULL)::pair, ROW(NULL, 'b')::pair);
