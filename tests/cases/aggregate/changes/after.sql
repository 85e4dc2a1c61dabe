CREATE SCHEMA s;
CREATE FUNCTION s.add(a numeric, b integer) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT AS 'SELECT a + b';
CREATE FUNCTION s.finish(a numeric) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT a::text';
CREATE FUNCTION s.tick(a bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT a + 1';
CREATE AGGREGATE s.total(value integer) (SFUNC = s.add, STYPE = numeric, INITCOND = '0', FINALFUNC = s.finish);
CREATE AGGREGATE s.ticks(*) (SFUNC = s.tick, STYPE = bigint, INITCOND = '5', PARALLEL = SAFE);
CREATE TABLE s.t (a integer);
CREATE VIEW s.v AS SELECT s.total(a) AS total, s.ticks(*) AS n FROM s.t;
