CREATE SCHEMA s;
CREATE FUNCTION s.minus(a double precision, b double precision) RETURNS double precision LANGUAGE sql IMMUTABLE AS 'SELECT a - b';
CREATE TYPE s.r AS RANGE (SUBTYPE = double precision, SUBTYPE_DIFF = s.minus);
CREATE TABLE s.t (id integer, r s.r, many s.r_multirange, list s.r[]);
CREATE VIEW s.v AS SELECT id, lower(r) AS l, s.r(1, 2) AS made FROM s.t;
INSERT INTO s.t VALUES (1, '[1,2)', '{[1,2),[3,4)}', '{"[1,2)"}');
