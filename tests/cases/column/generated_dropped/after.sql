CREATE TABLE public.t (id integer PRIMARY KEY, b integer DEFAULT 7, c text);
INSERT INTO public.t (id) VALUES (1), (2);
