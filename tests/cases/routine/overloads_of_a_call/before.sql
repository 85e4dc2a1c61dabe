CREATE FUNCTION public.f(a integer, b integer DEFAULT 1) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE TABLE public.t (n integer DEFAULT public.f(1));
CREATE VIEW public.v AS SELECT public.f(n) AS x FROM public.t;
