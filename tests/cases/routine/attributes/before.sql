CREATE FUNCTION public.f(a integer, VARIADIC b text[] DEFAULT '{}') RETURNS TABLE (x integer, "Y z" text) LANGUAGE sql AS 'SELECT 1, ''x''';
CREATE FUNCTION public.g(INOUT a integer, OUT b text) LANGUAGE plpgsql AS 'BEGIN b := 1; END';
CREATE FUNCTION public.poly(a anyelement, b anyarray) RETURNS anyelement LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION public.win(integer) RETURNS bigint LANGUAGE internal WINDOW IMMUTABLE AS 'window_row_number';
CREATE PROCEDURE public.p(a integer, OUT b integer) LANGUAGE plpgsql AS 'BEGIN b := a; END';
CREATE FUNCTION public.over(a integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION public.over(a text) RETURNS integer LANGUAGE sql AS 'SELECT 2';
CREATE FUNCTION public.s(a text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
