CREATE SCHEMA s;
CREATE SCHEMA "S 2";
CREATE FUNCTION s.same(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2';
CREATE FUNCTION s.differ(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 <> $2';
CREATE FUNCTION s.before(integer, bigint) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 < $2';
CREATE FUNCTION s.after(bigint, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 > $2';
CREATE FUNCTION s.twice(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 * 2';
CREATE TABLE s.t (a integer, b bigint);
-- variant
CREATE OPERATOR s.=== (FUNCTION = s.same, LEFTARG = integer, RIGHTARG = integer);
CREATE VIEW s.v AS SELECT a OPERATOR(s.===) 1 AS c FROM s.t;
-- variant
CREATE OPERATOR s.=== (
    FUNCTION = s.same, LEFTARG = integer, RIGHTARG = integer, COMMUTATOR = OPERATOR(s.===), NEGATOR = OPERATOR(s.!==),
    RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
CREATE OPERATOR s.!== (
    FUNCTION = s.differ, LEFTARG = integer, RIGHTARG = integer, COMMUTATOR = OPERATOR(s.!==), NEGATOR = OPERATOR(s.===),
    RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR s.=== (integer, integer) IS 'it''s';
CREATE VIEW s.v AS SELECT a OPERATOR(s.===) 1 AS c FROM s.t;
CREATE INDEX i ON s.t ((a OPERATOR(s.===) 1)) WHERE a OPERATOR(s.!==) 2;
ALTER TABLE s.t ADD CHECK (a OPERATOR(s.!==) 3), ADD d boolean GENERATED ALWAYS AS (a OPERATOR(s.===) 4) STORED,
    ADD e boolean DEFAULT 1 OPERATOR(s.===) 1;
-- variant
CREATE OPERATOR s.=== (
    FUNCTION = s.same, LEFTARG = integer, RIGHTARG = integer, RESTRICT = contsel, NEGATOR = OPERATOR(s.!==)
);
CREATE OPERATOR s.!== (FUNCTION = s.differ, LEFTARG = integer, RIGHTARG = integer, JOIN = neqjoinsel);
CREATE VIEW s.v AS SELECT a OPERATOR(s.===) 1 AS c FROM s.t;
-- variant
CREATE OPERATOR s.<<< (FUNCTION = s.before, LEFTARG = integer, RIGHTARG = bigint, COMMUTATOR = OPERATOR("S 2".>>>));
CREATE OPERATOR "S 2".>>> (FUNCTION = s.after, LEFTARG = bigint, RIGHTARG = integer);
CREATE OPERATOR s.@#@ (FUNCTION = s.twice, RIGHTARG = integer);
COMMENT ON OPERATOR s.@#@ (NONE, integer) IS 'prefix';
CREATE VIEW s.v AS SELECT OPERATOR(s.@#@) a AS c, a OPERATOR(s.<<<) b AS d FROM s.t;
-- variant
CREATE FUNCTION s.later(bigint, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 > $2';
CREATE OPERATOR s.<<< (FUNCTION = s.before, LEFTARG = integer, RIGHTARG = bigint, COMMUTATOR = OPERATOR(s.>>>));
CREATE OPERATOR s.>>> (FUNCTION = s.later, LEFTARG = bigint, RIGHTARG = integer);
CREATE OPERATOR "S 2".>>> (FUNCTION = s.after, LEFTARG = bigint, RIGHTARG = integer);
CREATE OPERATOR s.@#@ (FUNCTION = int4um, RIGHTARG = integer);
CREATE VIEW s.v AS SELECT OPERATOR(s.@#@) a AS c, a OPERATOR(s.<<<) b AS d FROM s.t;
-- variant
DROP FUNCTION s.same(integer, integer);
CREATE FUNCTION s.same(a integer, b integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2';
CREATE TYPE s.e AS ENUM ('a', 'b');
CREATE FUNCTION s.same(a s.e, b s.e) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE OPERATOR s.=== (FUNCTION = s.same, LEFTARG = s.e, RIGHTARG = s.e, COMMUTATOR = OPERATOR(s.===));
CREATE OPERATOR s.=== (FUNCTION = s.same, LEFTARG = integer, RIGHTARG = integer);
CREATE OPERATOR s.!== (FUNCTION = s.differ, LEFTARG = integer, RIGHTARG = integer, NEGATOR = OPERATOR(s.===), MERGES);
CREATE VIEW s.v AS SELECT a OPERATOR(s.===) 1 AS c FROM s.t;
ALTER TABLE s.t ADD f s.e CHECK (f OPERATOR(s.===) 'a');
-- variant
CREATE FUNCTION s.same(a text, b text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE TYPE s.e AS ENUM ('b');
CREATE FUNCTION s.same(a s.e, b s.e) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE OPERATOR s.=== (FUNCTION = s.same, LEFTARG = s.e, RIGHTARG = s.e, COMMUTATOR = OPERATOR(s.===));
CREATE OPERATOR s.=== (FUNCTION = s.same, LEFTARG = text, RIGHTARG = text);
ALTER TABLE s.t ADD f s.e CHECK (f OPERATOR(s.===) 'b');
