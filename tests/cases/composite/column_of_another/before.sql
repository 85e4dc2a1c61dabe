-- The rows of either type are those of a column that gets the other, while attributes of both come and go.
CREATE TYPE first AS (a integer, b text);
CREATE TYPE second AS (a integer, gone integer);
CREATE TYPE third AS (b text, a bigint, more date);
CREATE TABLE t (id integer, one first, many first[], swapped first[]);
INSERT INTO t VALUES
    (1, ROW(1, 'x'), ARRAY[ROW(2, 'y')::first], ARRAY[ROW(3, 'it''s')::first, NULL]),
    (2, NULL, NULL, NULL),
    (3, ROW(NULL, NULL), '{}', ARRAY[[ROW(4, 'z')::first], [ROW(5, '')::first]]);
