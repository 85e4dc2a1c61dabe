CREATE TABLE public.event (id integer, kind text, at date) PARTITION BY LIST (kind);
CREATE TABLE public.event_a PARTITION OF public.event FOR VALUES IN ('a');
CREATE TABLE public.event_b PARTITION OF public.event FOR VALUES IN ('b');
CREATE INDEX event_kind ON public.event (kind);
CREATE INDEX event_a_at ON public.event_a (kind, at, id);
INSERT INTO public.event VALUES (1, 'a', NULL), (2, 'b', NULL);
