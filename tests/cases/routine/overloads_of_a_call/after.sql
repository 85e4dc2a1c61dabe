CREATE FUNCTION public.f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT 2';
CREATE TABLE public.t (n integer DEFAULT public.f(1));
CREATE VIEW public.v AS SELECT public.f(n) AS x FROM public.t;
