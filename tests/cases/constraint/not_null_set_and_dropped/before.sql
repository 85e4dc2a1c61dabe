-- since: 18
CREATE TABLE public.t (id integer PRIMARY KEY, a integer, b integer CONSTRAINT b_must NOT NULL);
COMMENT ON CONSTRAINT b_must ON public.t IS 'b';
INSERT INTO public.t VALUES (1, 1, 1);
