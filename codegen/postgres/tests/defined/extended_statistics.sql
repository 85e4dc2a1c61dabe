CREATE SCHEMA s;
CREATE SCHEMA "S 2";
CREATE FUNCTION s.f(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE TABLE s.t (a int, "B" text, c int);
-- variant
CREATE STATISTICS s.e ON a, c FROM s.t;
COMMENT ON STATISTICS s.e IS 'it''s';
-- variant
CREATE STATISTICS s.e ON a, c FROM s.t;
ALTER STATISTICS s.e SET STATISTICS 100;
CREATE STATISTICS "S 2"."E e" (dependencies, mcv) ON "B", c FROM s.t;
-- variant
CREATE STATISTICS s.e (ndistinct) ON a, c, (lower("B")), (s.f(a)) FROM s.t;
ALTER STATISTICS s.e SET STATISTICS 0;
CREATE STATISTICS "S 2"."E e" ON (a + c) FROM s.t;
-- variant
ALTER TABLE s.t ALTER a TYPE bigint, ALTER "B" TYPE varchar(9), DROP c;
CREATE STATISTICS s.e ON a, "B" FROM s.t;
ALTER STATISTICS s.e SET STATISTICS 100;
-- variant
DROP TABLE s.t;
