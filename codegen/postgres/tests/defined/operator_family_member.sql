CREATE SCHEMA s;
CREATE FUNCTION s.same(integer, bytea) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE FUNCTION s.near(integer, integer) RETURNS double precision LANGUAGE sql IMMUTABLE AS 'SELECT 1::double precision';
CREATE OPERATOR s.=== (FUNCTION = s.same, LEFTARG = integer, RIGHTARG = bytea);
CREATE OPERATOR s.<-> (FUNCTION = s.near, LEFTARG = integer, RIGHTARG = integer);
-- variant
CREATE OPERATOR FAMILY s.f USING btree;
ALTER OPERATOR FAMILY s.f USING btree ADD OPERATOR 1 < (integer, bigint), FUNCTION 1 (integer, bigint) btint48cmp(integer, bigint);
-- variant
CREATE OPERATOR FAMILY s.f USING btree;
ALTER OPERATOR FAMILY s.f USING btree ADD OPERATOR 1 < (integer, bigint), OPERATOR 3 = (integer, integer),
    FUNCTION 1 (integer, integer) btint4cmp(integer, integer), FUNCTION 4 (integer) btequalimage(oid);
-- variant
CREATE OPERATOR FAMILY s.f USING btree;
ALTER OPERATOR FAMILY s.f USING btree ADD OPERATOR 3 = (integer, integer), FUNCTION 1 (integer, integer) btint4cmp(integer, integer);
CREATE OPERATOR CLASS s.c FOR TYPE integer USING btree FAMILY s.f AS OPERATOR 1 <;
CREATE OPERATOR CLASS s.d FOR TYPE integer USING btree FAMILY s.f AS STORAGE integer;
-- variant
ALTER OPERATOR FAMILY integer_ops USING hash ADD OPERATOR 1 s.=== (integer, bytea), FUNCTION 1 (bytea) hashvarlena(internal);
CREATE OPERATOR FAMILY s."F 2" USING gist;
ALTER OPERATOR FAMILY s."F 2" USING gist ADD OPERATOR 15 s.<-> (integer, integer) FOR ORDER BY float_ops;
-- variant
DROP OPERATOR s.=== (integer, bytea);
CREATE FUNCTION s.alike(integer, bytea) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE OPERATOR s.=== (FUNCTION = s.alike, LEFTARG = integer, RIGHTARG = bytea);
ALTER OPERATOR FAMILY integer_ops USING hash ADD OPERATOR 1 s.=== (integer, bytea);
CREATE OPERATOR FAMILY s."F 2" USING gist;
CREATE OPERATOR FAMILY s.order USING btree;
ALTER OPERATOR FAMILY s."F 2" USING gist ADD OPERATOR 15 s.<-> (integer, integer) FOR ORDER BY s.order;
