-- extension: hstore
-- extension: pg_stat_statements
-- extension: postgres_fdw
-- extension: citext
CREATE EXTENSION hstore;
CREATE EXTENSION pg_stat_statements;
CREATE EXTENSION postgres_fdw;
CREATE EXTENSION citext;
REVOKE EXECUTE ON FUNCTION hstore(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hstore(text, text) TO pg_monitor WITH GRANT OPTION;
GRANT SELECT ON pg_stat_statements TO pg_monitor;
GRANT SELECT (query) ON pg_stat_statements TO pg_signal_backend;
REVOKE SELECT ON pg_stat_statements FROM PUBLIC;
GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO pg_monitor;
GRANT EXECUTE ON FUNCTION max(citext) TO pg_monitor;
