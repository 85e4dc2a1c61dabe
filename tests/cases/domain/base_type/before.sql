CREATE DOMAIN public.d AS integer CHECK (VALUE > 0);
CREATE DOMAIN public.over AS public.d NOT NULL;
CREATE DOMAIN public.list AS public.d[];
CREATE TYPE public.c AS (d public.d, o integer);
CREATE TABLE public.t (id integer PRIMARY KEY, d public.d DEFAULT 1, o public.over, l public.list, ds public.d[], c public.c);
CREATE VIEW public.v AS SELECT d, o FROM public.t WHERE d > 1;
CREATE FUNCTION public.f(d public.d) RETURNS public.over LANGUAGE sql RETURN d;
INSERT INTO public.t VALUES (1, 2, 3, '{4}', '{5}', ROW(6, 7));
