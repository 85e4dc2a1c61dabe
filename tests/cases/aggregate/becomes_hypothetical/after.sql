CREATE FUNCTION public.state (int[], boolean) RETURNS int[] LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION public.final (int[], boolean) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE AGGREGATE public.mode5 (boolean ORDER BY boolean) (SFUNC = public.state, STYPE = int[], FINALFUNC = public.final, INITCOND = '{0,0}', HYPOTHETICAL);
CREATE VIEW public.v AS SELECT public.mode5(true) WITHIN GROUP (ORDER BY true) AS m;
