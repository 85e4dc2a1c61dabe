CREATE TABLE public.thing (x integer);
