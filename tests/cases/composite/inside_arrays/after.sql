CREATE TYPE part AS (b text, a bigint, new date);
CREATE TYPE whole AS (parts part[], n integer);
CREATE DOMAIN parts AS part[];
CREATE TABLE t (id integer, plain part[], nested whole[], row whole, domain parts);
INSERT INTO t VALUES
    (
        1,
        ARRAY[ROW('x', 1, '2020-01-01')::part, NULL],
        ARRAY[ROW(ARRAY[ROW('y', 3, NULL)::part], 5)::whole],
        ROW(ARRAY[ROW('it''s', 6, NULL)::part], 8),
        ARRAY[ROW('z', 9, NULL)::part]
    ),
    (2, NULL, NULL, NULL, NULL);
