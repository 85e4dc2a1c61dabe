CREATE TABLE public.t (id integer PRIMARY KEY, note text DEFAULT 'none', at date);
INSERT INTO public.t VALUES (1, 'a', '2020-01-01'), (2, NULL, NULL);
