CREATE TYPE public.e AS ENUM ('a', 'b', 'c');
CREATE DOMAIN public.d AS public.e;
CREATE DOMAIN public.over AS public.d;
CREATE TABLE public.t (d public.d, o public.over);
INSERT INTO public.t VALUES ('a', 'c');
