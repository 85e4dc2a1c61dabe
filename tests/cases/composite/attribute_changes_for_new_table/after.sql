CREATE TYPE z AS (a integer, b text);
CREATE TABLE t (c z, cs z[]);
CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT count(*)::integer FROM t';
CREATE DOMAIN d AS integer DEFAULT f() NOT NULL;
CREATE TABLE other (x d, y d);
