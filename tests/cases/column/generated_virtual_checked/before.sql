-- since: 18
CREATE TABLE public.t (id integer PRIMARY KEY, a integer, b integer GENERATED ALWAYS AS (a + 1) VIRTUAL, CHECK (b > 0));
INSERT INTO public.t (id, a) VALUES (1, 5), (2, 6);
