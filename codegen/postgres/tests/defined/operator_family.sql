CREATE SCHEMA s;
-- variant
CREATE OPERATOR FAMILY s.f USING btree;
COMMENT ON OPERATOR FAMILY s.f USING btree IS 'it''s';
-- variant
CREATE OPERATOR FAMILY s.f USING hash;
CREATE OPERATOR FAMILY s.f USING btree;
CREATE OPERATOR FAMILY s."F ""2""" USING gist;
-- variant
CREATE OPERATOR FAMILY s.f USING gist;
CREATE FUNCTION s.consistent(internal, integer, smallint, oid, internal) RETURNS boolean LANGUAGE internal AS 'gist_box_consistent';
ALTER OPERATOR FAMILY s.f USING gist ADD FUNCTION 1 (integer) s.consistent(internal, integer, smallint, oid, internal);
-- variant
CREATE OPERATOR FAMILY s.f USING gist;
CREATE FUNCTION s.consistent(a internal, b integer, c smallint, d oid, e internal) RETURNS boolean LANGUAGE internal AS 'gist_box_consistent';
ALTER OPERATOR FAMILY s.f USING gist ADD FUNCTION 1 (integer) s.consistent(internal, integer, smallint, oid, internal);
