CREATE TABLE public.event (id integer, kind text) PARTITION BY LIST (kind);
CREATE TABLE public.event_a PARTITION OF public.event FOR VALUES IN ('a');
CREATE TABLE public.event_b PARTITION OF public.event FOR VALUES IN ('b');
CREATE INDEX event_kind ON public.event USING hash (kind);
INSERT INTO public.event VALUES (1, 'a'), (2, 'b');
