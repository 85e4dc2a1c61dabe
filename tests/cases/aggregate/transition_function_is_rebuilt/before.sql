CREATE FUNCTION public.add(a numeric, b integer) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT a + b';
CREATE AGGREGATE public.total(value integer) (SFUNC = public.add, STYPE = numeric, INITCOND = '0');
COMMENT ON AGGREGATE public.total(integer) IS 'x';
CREATE TABLE public.t (a integer);
CREATE VIEW public.v AS SELECT public.total(a) FROM public.t;
CREATE MATERIALIZED VIEW public.m AS SELECT total FROM public.v;
CREATE INDEX i ON public.m (total);
