CREATE TABLE public.t (id integer PRIMARY KEY, amount bigint DEFAULT 1 CHECK (amount > 0), note text);
CREATE INDEX t_amount ON public.t (amount);
CREATE VIEW public.v AS SELECT id, amount FROM public.t;
INSERT INTO public.t VALUES (1, 5, 'a'), (2, 6, 'b');
