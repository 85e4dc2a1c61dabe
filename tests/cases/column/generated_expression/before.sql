CREATE FUNCTION public.half(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 / 2';
CREATE TABLE public.t (
    id integer PRIMARY KEY,
    a integer,
    b integer GENERATED ALWAYS AS (a + 1) STORED,
    c integer GENERATED ALWAYS AS (public.half(a)) STORED CHECK (c < 100),
    gone integer
);
CREATE INDEX t_b ON public.t (b);
CREATE VIEW public.v AS SELECT id, b, c FROM public.t;
INSERT INTO public.t (id, a) VALUES (1, 5), (2, NULL);
