CREATE TABLE public.t (a integer, b text, c date);
CREATE VIEW public.v AS SELECT b, a, c FROM public.t;
CREATE VIEW public.w AS SELECT v.*, 1 AS one FROM public.v;
CREATE FUNCTION public.f(v public.v) RETURNS SETOF public.v LANGUAGE sql AS 'SELECT * FROM public.v';
