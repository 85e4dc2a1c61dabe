CREATE TABLE public.t (id integer PRIMARY KEY, new integer DEFAULT 1, b integer GENERATED ALWAYS AS (new * 2) STORED);
INSERT INTO public.t (id) VALUES (1), (2);
