CREATE TYPE part AS (a integer, b text, gone integer);
CREATE TYPE whole AS (parts part[], n integer);
CREATE DOMAIN parts AS part[];
CREATE TABLE t (id integer, plain part[], nested whole[], row whole, domain parts);
INSERT INTO t VALUES
    (
        1,
        ARRAY[ROW(1, 'x', 2)::part, NULL, ROW(NULL, NULL, NULL)::part],
        ARRAY[ROW(ARRAY[ROW(3, 'y', 4)::part], 5)::whole],
        ROW(ARRAY[ROW(6, 'it''s', 7)::part], 8),
        ARRAY[ROW(9, 'z', 10)::part]
    ),
    (2, ARRAY[[ROW(1, 'x', 2)::part], [ROW(3, 'y', 4)::part]], '{}', NULL, '{}'),
    (3, NULL, NULL, ROW(NULL, NULL), NULL);
