-- since: 18
CREATE TABLE public.t (id integer PRIMARY KEY, a integer CONSTRAINT a_must NOT NULL NO INHERIT, b integer);
COMMENT ON CONSTRAINT a_must ON public.t IS 'a';
INSERT INTO public.t VALUES (1, 1, 1);
