REVOKE EXECUTE ON FUNCTION pg_sleep(double precision) FROM PUBLIC;
GRANT SELECT ON pg_authid TO pg_monitor;
CREATE SCHEMA t;
