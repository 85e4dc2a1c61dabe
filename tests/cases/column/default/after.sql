CREATE TABLE public.t (id integer PRIMARY KEY, note text DEFAULT 'some', at date DEFAULT CURRENT_DATE);
INSERT INTO public.t VALUES (1, 'a', '2020-01-01'), (2, NULL, NULL);
