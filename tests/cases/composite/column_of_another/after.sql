CREATE TYPE first AS (a integer, new text);
CREATE TYPE second AS (a integer, b text);
CREATE TABLE t (id integer, one second, many second[]);
INSERT INTO t VALUES (1, ROW(1, 'x'), ARRAY[ROW(2, 'y')::second]), (2, NULL, NULL), (3, ROW(NULL, NULL), '{}');
