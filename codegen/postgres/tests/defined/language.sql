CREATE SCHEMA s;
CREATE FUNCTION s.call() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE FUNCTION s.once(internal) RETURNS void LANGUAGE c STRICT AS '$libdir/plpgsql', 'plpgsql_inline_handler';
CREATE FUNCTION s.valid(oid) RETURNS void LANGUAGE c STRICT AS '$libdir/plpgsql', 'plpgsql_validator';
-- variant
CREATE LANGUAGE l HANDLER s.call;
-- variant
CREATE TRUSTED LANGUAGE l HANDLER s.call INLINE s.once VALIDATOR s.valid;
COMMENT ON LANGUAGE l IS 'it''s';
CREATE FUNCTION s.f() RETURNS integer LANGUAGE l AS 'BEGIN RETURN 1; END';
-- variant
CREATE TRUSTED LANGUAGE l HANDLER plpgsql_call_handler VALIDATOR s.valid;
CREATE LANGUAGE "L ""2""" HANDLER s.call INLINE plpgsql_inline_handler;
CREATE FUNCTION s.f() RETURNS integer LANGUAGE l AS 'BEGIN RETURN 1; END';
-- variant
DROP FUNCTION s.valid(oid);
CREATE FUNCTION s.valid(f oid) RETURNS void LANGUAGE c STRICT AS '$libdir/plpgsql', 'plpgsql_validator';
CREATE LANGUAGE l HANDLER s.call VALIDATOR s.valid;
CREATE FUNCTION s.f() RETURNS integer LANGUAGE l AS 'BEGIN RETURN 1; END';
CREATE VIEW s.v AS SELECT s.f() AS a;
