SET check_function_bodies = off;
CREATE TABLE t (a bigint, b text);
CREATE FUNCTION stays() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM gone';
CREATE FUNCTION comes() RETURNS bigint LANGUAGE plpgsql AS 'DECLARE there gone%ROWTYPE; BEGIN RETURN 1; END';
CREATE FUNCTION changes() RETURNS bigint LANGUAGE sql AS 'SELECT sum(a) FROM gone';
CREATE FUNCTION is_mended() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM t';
CREATE FUNCTION with_settings() RETURNS bigint LANGUAGE sql SET search_path = '' AS 'SELECT max(a) FROM public.gone';
CREATE VIEW v AS SELECT a, changes() AS n, b FROM t;
