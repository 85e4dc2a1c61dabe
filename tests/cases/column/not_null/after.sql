CREATE TABLE public.t (id integer PRIMARY KEY, a integer, b integer NOT NULL, d integer NOT NULL DEFAULT 4);
INSERT INTO public.t VALUES (1, 2, 3);
