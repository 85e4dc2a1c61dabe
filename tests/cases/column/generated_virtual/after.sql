-- since: 18
CREATE TABLE public.t (
    id integer PRIMARY KEY,
    a integer,
    b integer GENERATED ALWAYS AS (a + 2) VIRTUAL,
    c integer GENERATED ALWAYS AS (a + 1) VIRTUAL,
    d integer,
    f bigint GENERATED ALWAYS AS (a) VIRTUAL
);
CREATE VIEW public.v AS SELECT id, b, c FROM public.t;
INSERT INTO public.t (id, a) VALUES (1, 5), (2, 6);
