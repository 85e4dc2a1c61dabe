CREATE FUNCTION test(a integer) RETURNS integer LANGUAGE sql IMMUTABLE RETURN a;
CREATE DOMAIN d AS bigint CONSTRAINT k CHECK (test(VALUE::integer) > 0);
CREATE TYPE r AS RANGE (SUBTYPE = d);
CREATE TABLE t (id integer, many d[], range r, plain d);
INSERT INTO t VALUES (1, '{1,2}', '[1,2)', 3), (2, NULL, NULL, NULL);
