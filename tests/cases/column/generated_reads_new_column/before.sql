CREATE TABLE public.t (id integer PRIMARY KEY, old integer DEFAULT 1, b integer GENERATED ALWAYS AS (old * 2) STORED);
INSERT INTO public.t (id) VALUES (1), (2);
