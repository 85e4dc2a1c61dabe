CREATE TABLE public.t (id integer PRIMARY KEY, n integer);
CREATE FUNCTION public.f(first integer, second integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
CREATE FUNCTION public.g(a integer) RETURNS integer LANGUAGE sql RETURN public.f(a, 2);
CREATE VIEW public.v AS SELECT public.f(n, 2) AS x FROM public.t;
CREATE INDEX i ON public.t (public.f(n, 3));
ALTER TABLE public.t ADD CONSTRAINT k CHECK (public.f(n, 4) > 0), ALTER n SET DEFAULT public.f(5, 6);
INSERT INTO public.t VALUES (1, 2);
