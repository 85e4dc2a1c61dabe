CREATE SCHEMA s;
CREATE FUNCTION s.minus(a double precision, b double precision) RETURNS double precision LANGUAGE sql IMMUTABLE AS 'SELECT a - b';
CREATE TYPE s.floats AS RANGE (SUBTYPE = double precision, SUBTYPE_DIFF = s.minus);
CREATE TYPE s."Odd Range" AS RANGE (SUBTYPE = text, COLLATION = "C", SUBTYPE_OPCLASS = text_pattern_ops, MULTIRANGE_TYPE_NAME = s."many odd");
COMMENT ON TYPE s.floats IS 'real';
CREATE TABLE s.t (f s.floats, many s."many odd", list s."Odd Range"[], EXCLUDE USING gist (f WITH &&));
CREATE FUNCTION s.f(r s.floats) RETURNS double precision LANGUAGE sql IMMUTABLE RETURN upper(r);
INSERT INTO s.t VALUES ('[1,2)', '{[a,b]}', '{"[a,b]"}');
