CREATE TABLE public.t (id integer NOT NULL, a integer NOT NULL);
CREATE UNIQUE INDEX one ON public.t (id);
CREATE UNIQUE INDEX two ON public.t (a, id);
ALTER TABLE public.t CLUSTER ON one;
ALTER TABLE public.t REPLICA IDENTITY USING INDEX two;
CREATE MATERIALIZED VIEW public.m AS SELECT id FROM public.t;
CREATE INDEX m_id ON public.m (id);
ALTER MATERIALIZED VIEW public.m CLUSTER ON m_id;
INSERT INTO public.t VALUES (1, 1);
