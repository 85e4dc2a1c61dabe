-- A row of nulls is a value, although IS NULL says that it is none.
CREATE TYPE pair AS (a integer, b text);
CREATE DOMAIN one AS pair;
CREATE TABLE t (id integer PRIMARY KEY, p pair, d one);
INSERT INTO t VALUES (1, ROW(NULL, NULL)::pair, ROW(NULL, 'b')::pair);
