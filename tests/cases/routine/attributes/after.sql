CREATE FUNCTION public.f(a integer, VARIADIC b text[] DEFAULT '{x}') RETURNS TABLE (x integer, "Y z" text) LANGUAGE sql STABLE STRICT
  SECURITY DEFINER LEAKPROOF PARALLEL RESTRICTED COST 7 ROWS 12 SET search_path = '' SET work_mem = '8MB' SET datestyle = 'ISO, DMY' AS 'SELECT 1, ''$x$''';
CREATE FUNCTION public.g(INOUT a integer, OUT b text, OUT c date) LANGUAGE plpgsql AS 'BEGIN b := 1; END';
CREATE FUNCTION public.poly(a anyelement, b anyarray) RETURNS anyarray LANGUAGE sql AS 'SELECT $2';
CREATE FUNCTION public.win(integer) RETURNS bigint LANGUAGE internal WINDOW STABLE AS 'window_rank';
CREATE PROCEDURE public.p(a integer, OUT b integer) LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN b := a; END';
CREATE FUNCTION public.over(a integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION public.over(a numeric) RETURNS integer LANGUAGE sql AS 'SELECT 2';
CREATE FUNCTION public.s(a text) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT SUPPORT textlike_support AS 'textlen';
COMMENT ON FUNCTION public.win(integer) IS 'w';
COMMENT ON PROCEDURE public.p IS 'p';
