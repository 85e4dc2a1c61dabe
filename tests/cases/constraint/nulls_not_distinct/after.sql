-- since: 15
CREATE TABLE public.t (id integer PRIMARY KEY, a integer, b integer, CONSTRAINT t_a UNIQUE (a), CONSTRAINT t_b UNIQUE NULLS NOT DISTINCT (b));
CREATE UNIQUE INDEX t_ab ON public.t (a, b) WHERE (a > 0);
INSERT INTO public.t VALUES (1, 1, NULL), (2, NULL, 3);
