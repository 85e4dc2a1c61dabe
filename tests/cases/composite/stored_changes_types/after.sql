CREATE TYPE public.level AS ENUM ('high', 'low');
CREATE TYPE public.inner AS (n bigint, level public.level);
CREATE TYPE public.outer AS (i public.inner, list public.inner[]);
CREATE DOMAIN public.positive AS public.inner CHECK ((VALUE).n > 0);
CREATE TABLE public.t (id integer PRIMARY KEY, o public.outer, list public.outer[], d public.positive);
CREATE VIEW public.v AS SELECT id, ((o).i).level FROM public.t;
CREATE INDEX i ON public.t ((((o).i).n));
CREATE FUNCTION public.f(i public.inner) RETURNS public.outer LANGUAGE sql AS 'SELECT ROW($1, ARRAY[$1])::public.outer';
INSERT INTO public.t VALUES (1, ROW(ROW(1, 'low'), ARRAY[ROW(2, 'high')::public.inner]), NULL, ROW(3, 'low')), (2, NULL, NULL, NULL);
