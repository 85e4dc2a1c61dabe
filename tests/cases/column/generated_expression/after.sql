CREATE TABLE public.t (
    id integer PRIMARY KEY,
    a integer,
    b integer GENERATED ALWAYS AS (a + 2) STORED,
    c integer GENERATED ALWAYS AS (id + 1) STORED CHECK (c < 100),
    come integer DEFAULT 3
);
CREATE INDEX t_b ON public.t (b);
CREATE VIEW public.v AS SELECT id, b, c FROM public.t;
INSERT INTO public.t (id, a) VALUES (1, 5), (2, NULL);
