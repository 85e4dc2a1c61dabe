GRANT EXECUTE ON FUNCTION pg_ls_dir(text) TO pg_monitor;
GRANT SELECT (rolname) ON pg_authid TO pg_monitor;
CREATE SCHEMA s;
