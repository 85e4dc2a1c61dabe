CREATE TYPE public.pair AS (a integer, b text);
COMMENT ON COLUMN public.pair.a IS 'x';
CREATE FUNCTION public.f(p public.pair) RETURNS SETOF public.pair LANGUAGE sql AS 'SELECT $1';
CREATE VIEW public.v AS SELECT a, b FROM public.f(NULL);
