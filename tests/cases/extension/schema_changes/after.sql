-- extension: citext
CREATE SCHEMA x;
CREATE EXTENSION citext SCHEMA x;
CREATE TABLE public.t (c x.citext DEFAULT 'a', UNIQUE (c));
CREATE VIEW public.v AS SELECT c FROM public.t WHERE c OPERATOR(x.=) 'x';
INSERT INTO public.t VALUES ('A');
