CREATE SCHEMA s;
CREATE TYPE s.e AS ENUM ('a', 'b');
CREATE TYPE s."E 2" AS ENUM ('a', 'b');
CREATE DOMAIN s.d AS text;
CREATE FUNCTION s.number(s.e) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE TABLE s.t (a s.e, b s."E 2", c bytea);
-- variant
CREATE CAST (s.e AS integer) WITH FUNCTION s.number(s.e);
COMMENT ON CAST (s.e AS integer) IS 'it''s';
CREATE VIEW s.v AS SELECT a::integer AS a FROM s.t;
-- variant
CREATE CAST (s.e AS integer) WITH FUNCTION s.number(s.e) AS ASSIGNMENT;
CREATE CAST (s.e AS s."E 2") WITH INOUT;
CREATE VIEW s.v AS SELECT a::integer AS a, a::s."E 2" AS b FROM s.t;
CREATE INDEX i ON s.t ((a::integer));
-- variant
CREATE CAST (s.e AS integer) WITH FUNCTION s.number(s.e) AS IMPLICIT;
CREATE CAST (s.e AS s."E 2") WITH INOUT AS IMPLICIT;
CREATE CAST (date AS integer) WITHOUT FUNCTION;
CREATE VIEW s.v AS SELECT a + 1 AS a, a::s."E 2" AS b FROM s.t;
-- variant
CREATE FUNCTION s.length(s.e, integer, boolean) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 2';
CREATE CAST (s.e AS integer) WITH FUNCTION s.length(s.e, integer, boolean);
CREATE CAST (s.e AS bytea) WITH INOUT AS ASSIGNMENT;
CREATE VIEW s.v AS SELECT a::integer AS a, a::bytea AS b FROM s.t;
ALTER TABLE s.t ADD CHECK (a::bytea <> '\x');
CREATE FUNCTION s.text(s.e) RETURNS bytea LANGUAGE sql IMMUTABLE AS 'SELECT $1::bytea';
-- variant
DROP TABLE s.t;
DROP TYPE s.e CASCADE;
CREATE TYPE s.e AS ENUM ('a');
CREATE TABLE s.t (a s.e, b s."E 2", c bytea);
CREATE CAST (s.e AS s."E 2") WITH INOUT AS IMPLICIT;
