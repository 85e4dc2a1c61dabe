CREATE TYPE public.pair AS (a integer, b text COLLATE "C", gone boolean);
COMMENT ON TYPE public.pair IS 'two';
COMMENT ON COLUMN public.pair.a IS 'first';
CREATE FUNCTION public.f(p public.pair) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a::integer';
