-- since: 17
CREATE DOMAIN public.d AS integer CONSTRAINT must NOT NULL;
CREATE DOMAIN public.e AS integer NOT NULL;
CREATE DOMAIN public.f AS integer CONSTRAINT one NOT NULL;
CREATE DOMAIN public.g AS integer CONSTRAINT has NOT NULL;
CREATE TABLE public.t (d public.d);
INSERT INTO public.t VALUES (1);
