-- What the bodies name is gone, and nobody has noticed.
SET check_function_bodies = off;
CREATE TABLE t (a integer, b text);
CREATE FUNCTION stays() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM gone';
CREATE FUNCTION goes() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM gone';
CREATE FUNCTION changes() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM gone';
CREATE FUNCTION is_mended() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM gone';
CREATE FUNCTION with_settings() RETURNS bigint LANGUAGE sql SET search_path = '' AS 'SELECT count(*) FROM public.gone';
CREATE VIEW v AS SELECT a, changes() AS n FROM t;
