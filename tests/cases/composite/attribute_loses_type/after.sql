CREATE TYPE public.e AS ENUM ('b', 'a');
CREATE TYPE public.c AS (x public.e, y integer);
CREATE FUNCTION public.f() RETURNS public.c LANGUAGE sql AS 'SELECT NULL::public.c';
CREATE VIEW public.v AS SELECT (public.f()).x;
