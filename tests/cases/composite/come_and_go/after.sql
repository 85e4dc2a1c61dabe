CREATE TYPE public.empty AS ();
CREATE TABLE public.t (id integer);
CREATE TYPE public.inner AS ("a ""b" integer, "select" text);
CREATE TYPE public.outer AS (i public.inner, list public.inner[], row public.t);
COMMENT ON COLUMN public.outer.i IS 'it''s';
CREATE TABLE public.u (o public.outer, list public.outer[]);
CREATE VIEW public.v AS SELECT (o).i, ((o).i)."select" FROM public.u;
