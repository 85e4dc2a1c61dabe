CREATE TYPE public.pair AS (a bigint, b text, c numeric(10,2)[]);
COMMENT ON COLUMN public.pair.b IS 'second';
CREATE FUNCTION public.f(p public.pair) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a::integer';
