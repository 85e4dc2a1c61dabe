CREATE SCHEMA s;
CREATE FUNCTION s.add(a numeric, b integer) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT a + b';
CREATE FUNCTION s.finish(a numeric, b integer) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT a::text';
CREATE FUNCTION s.back(a numeric, b integer) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT a - b';
CREATE FUNCTION s.combine(a numeric, b numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT a + b';
CREATE AGGREGATE s.total(value integer) (SFUNC = s.add, STYPE = numeric, SSPACE = 100, FINALFUNC = s.finish, FINALFUNC_EXTRA,
  FINALFUNC_MODIFY = SHAREABLE, COMBINEFUNC = s.combine, INITCOND = '0', MSFUNC = s.add, MINVFUNC = s.back, MSTYPE = numeric,
  MSSPACE = 50, MFINALFUNC = s.finish, MFINALFUNC_EXTRA, MFINALFUNC_MODIFY = READ_WRITE, MINITCOND = '0', PARALLEL = SAFE);
COMMENT ON AGGREGATE s.total(integer) IS 'sum';
CREATE AGGREGATE s.smallest(integer) (SFUNC = int4smaller, STYPE = integer, SORTOP = <);
CREATE FUNCTION s.tick(a bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT a + 1';
CREATE AGGREGATE s.ticks(*) (SFUNC = s.tick, STYPE = bigint, INITCOND = '0');
COMMENT ON AGGREGATE s.ticks(*) IS 'count';
CREATE AGGREGATE s.percentile(double precision ORDER BY double precision) (SFUNC = ordered_set_transition, STYPE = internal,
  FINALFUNC = percentile_cont_float8_final, FINALFUNC_MODIFY = READ_ONLY);
COMMENT ON AGGREGATE s.percentile(double precision ORDER BY double precision) IS 'p';
CREATE AGGREGATE s.place(VARIADIC "any" ORDER BY VARIADIC "any") (SFUNC = ordered_set_transition_multi, STYPE = internal,
  FINALFUNC = rank_final, FINALFUNC_EXTRA, HYPOTHETICAL);
CREATE AGGREGATE s.average(numeric) (SFUNC = numeric_avg_accum, STYPE = internal, FINALFUNC = numeric_avg,
  COMBINEFUNC = numeric_avg_combine, SERIALFUNC = numeric_avg_serialize, DESERIALFUNC = numeric_avg_deserialize, PARALLEL = RESTRICTED);
CREATE AGGREGATE s.gather(anycompatible) (SFUNC = array_append, STYPE = anycompatiblearray, INITCOND = '{}');
CREATE TABLE s.t (a integer);
CREATE VIEW s.v AS SELECT s.total(a) AS total, s.ticks(*) AS ticks, s.percentile(0.5) WITHIN GROUP (ORDER BY a) FROM s.t;
