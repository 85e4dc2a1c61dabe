CREATE TABLE public.t (id integer PRIMARY KEY, a integer NOT NULL, b integer, c integer NOT NULL DEFAULT 3);
INSERT INTO public.t VALUES (1, 2, 3);
