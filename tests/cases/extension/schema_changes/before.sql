-- rollback: planned
-- extension: citext
CREATE SCHEMA x;
CREATE EXTENSION citext SCHEMA public;
CREATE TABLE public.t (c public.citext DEFAULT 'a', UNIQUE (c));
CREATE VIEW public.v AS SELECT c FROM public.t WHERE c = 'x';
INSERT INTO public.t VALUES ('A');
