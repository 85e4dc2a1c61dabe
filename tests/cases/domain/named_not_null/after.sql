-- since: 17
CREATE DOMAIN public.d AS integer CONSTRAINT needs NOT NULL;
CREATE DOMAIN public.e AS integer CONSTRAINT named NOT NULL;
CREATE DOMAIN public.f AS integer;
CREATE DOMAIN public.g AS integer CONSTRAINT has NOT NULL DEFAULT 5;
CREATE TABLE public.t (d public.d);
INSERT INTO public.t VALUES (1);
