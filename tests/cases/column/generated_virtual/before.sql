-- since: 18
CREATE TABLE public.t (
    id integer PRIMARY KEY,
    a integer,
    b integer GENERATED ALWAYS AS (a + 1) VIRTUAL,
    c integer GENERATED ALWAYS AS (a + 1) STORED,
    d integer GENERATED ALWAYS AS (a + 1) VIRTUAL,
    e text GENERATED ALWAYS AS ('x') VIRTUAL
);
CREATE VIEW public.v AS SELECT id, b, c FROM public.t;
COMMENT ON COLUMN public.t.b IS 'nowhere';
INSERT INTO public.t (id, a) VALUES (1, 5), (2, NULL);
