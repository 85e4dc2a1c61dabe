-- extension: hstore
-- extension: pg_stat_statements
-- extension: postgres_fdw
-- extension: citext
CREATE EXTENSION hstore;
CREATE EXTENSION pg_stat_statements;
CREATE EXTENSION postgres_fdw;
REVOKE EXECUTE ON FUNCTION hstore(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hstore(text, text) TO pg_monitor;
GRANT EXECUTE ON FUNCTION hstore(text[]) TO pg_monitor;
GRANT EXECUTE ON FUNCTION pg_stat_statements(boolean) TO pg_monitor;
REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC;
