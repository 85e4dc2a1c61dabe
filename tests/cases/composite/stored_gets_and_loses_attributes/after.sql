CREATE TYPE public.money2 AS (amount numeric, note text);
CREATE TABLE public.t (id integer PRIMARY KEY, price public.money2, prices public.money2[]);
CREATE VIEW public.v AS SELECT id, (price).amount, (price).note FROM public.t;
INSERT INTO public.t VALUES (1, NULL, NULL);
