CREATE TABLE public.t (id integer PRIMARY KEY, b integer GENERATED ALWAYS AS (id * 2) STORED, c text DEFAULT 'x');
INSERT INTO public.t (id) VALUES (1), (2);
