CREATE TYPE first AS (a integer, new text);
CREATE TYPE second AS (a integer, b text);
CREATE TYPE third AS (b text, a bigint, more date);
CREATE TABLE t (id integer, one second, many second[], swapped third[]);
INSERT INTO t VALUES
    (1, ROW(1, 'x'), ARRAY[ROW(2, 'y')::second], ARRAY[ROW('it''s', 3, '2020-01-01')::third, NULL]),
    (2, NULL, NULL, NULL),
    (3, ROW(NULL, NULL), '{}', '{}');
