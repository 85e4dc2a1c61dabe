CREATE SCHEMA s;
CREATE TYPE s.e AS ENUM ('a', 'b');
CREATE FUNCTION s.compare(s.e, s.e) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 0';
CREATE FUNCTION s.lt(s.e, s.e) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false';
CREATE FUNCTION s.eq(s.e, s.e) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1::text = $2::text';
CREATE FUNCTION s.hash(s.e) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE OPERATOR s.< (FUNCTION = s.lt, LEFTARG = s.e, RIGHTARG = s.e);
CREATE OPERATOR s.= (FUNCTION = s.eq, LEFTARG = s.e, RIGHTARG = s.e, COMMUTATOR = OPERATOR(s.=), RESTRICT = eqsel, JOIN = eqjoinsel, MERGES, HASHES);
CREATE TABLE s.t (a s.e, b integer, p box);
-- variant
CREATE OPERATOR CLASS s.c FOR TYPE s.e USING btree AS OPERATOR 1 s.<, OPERATOR 3 s.=, FUNCTION 1 s.compare(s.e, s.e);
COMMENT ON OPERATOR CLASS s.c USING btree IS 'it''s';
CREATE INDEX i ON s.t (a s.c);
-- variant
CREATE OPERATOR CLASS s.c DEFAULT FOR TYPE s.e USING btree AS OPERATOR 1 s.<, OPERATOR 3 s.=, FUNCTION 1 s.compare(s.e, s.e), FUNCTION 4 btequalimage(oid);
CREATE OPERATOR CLASS s.c DEFAULT FOR TYPE s.e USING hash AS OPERATOR 1 s.=, FUNCTION 1 s.hash(s.e);
CREATE INDEX i ON s.t (a s.c);
CREATE INDEX j ON s.t (a);
CREATE INDEX k ON s.t USING hash (a);
ALTER TABLE s.t ADD EXCLUDE USING hash (a WITH OPERATOR(s.=));
CREATE VIEW s.v AS SELECT DISTINCT a FROM s.t ORDER BY a USING OPERATOR(s.<);
-- variant
CREATE OPERATOR FAMILY s."F 2" USING btree;
CREATE OPERATOR CLASS s."C ""2""" DEFAULT FOR TYPE s.e USING btree FAMILY s."F 2" AS OPERATOR 1 s.<, FUNCTION 1 s.compare(s.e, s.e);
CREATE INDEX j ON s.t (a s."C ""2""");
-- variant
CREATE OPERATOR CLASS s.d DEFAULT FOR TYPE s.e USING btree FAMILY enum_ops AS STORAGE s.e;
CREATE OPERATOR CLASS s.g FOR TYPE box USING gist AS OPERATOR 1 <<, OPERATOR 15 <-> (box, point) FOR ORDER BY float_ops,
    FUNCTION 1 gist_box_consistent(internal, box, smallint, oid, internal), FUNCTION 2 gist_box_union(internal, internal),
    FUNCTION 5 gist_box_penalty(internal, internal, internal), FUNCTION 6 gist_box_picksplit(internal, internal),
    FUNCTION 7 gist_box_same(box, box, internal), FUNCTION 8 gist_box_distance(internal, box, smallint, oid, internal);
CREATE INDEX p ON s.t USING gist (p s.g);
-- variant
CREATE OPERATOR CLASS s.g FOR TYPE box USING gist AS OPERATOR 1 <<, OPERATOR 2 &<,
    FUNCTION 1 gist_box_consistent(internal, box, smallint, oid, internal), FUNCTION 2 gist_box_union(internal, internal),
    FUNCTION 5 gist_box_penalty(internal, internal, internal), FUNCTION 6 gist_box_picksplit(internal, internal),
    FUNCTION 7 gist_box_same(box, box, internal);
CREATE INDEX p ON s.t USING gist (p s.g);
CREATE OPERATOR CLASS s.n FOR TYPE integer[] USING gin AS OPERATOR 1 && (anyarray, anyarray), FUNCTION 1 btint4cmp(integer, integer),
    FUNCTION 2 ginarrayextract(anyarray, internal), FUNCTION 3 ginqueryarrayextract(anyarray, internal, smallint, internal, internal, internal, internal),
    FUNCTION 4 ginarrayconsistent(internal, smallint, anyarray, integer, internal, internal, internal, internal), STORAGE integer;
-- variant
DROP FUNCTION s.compare(s.e, s.e);
CREATE FUNCTION s.compare(a s.e, b s.e) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 0';
CREATE OPERATOR CLASS s.c FOR TYPE s.e USING btree AS OPERATOR 1 s.<, OPERATOR 3 s.=, FUNCTION 1 s.compare(s.e, s.e);
CREATE INDEX i ON s.t (a s.c);
CREATE UNIQUE INDEX j ON s.t (a);
