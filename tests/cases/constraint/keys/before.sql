CREATE TABLE public.t (
    id integer,
    a integer,
    b integer,
    c integer,
    CONSTRAINT t_pkey PRIMARY KEY (id) INCLUDE (a) WITH (fillfactor = 70),
    CONSTRAINT t_a UNIQUE (a) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT t_b UNIQUE (b, c)
);
COMMENT ON CONSTRAINT t_a ON public.t IS 'a key';
ALTER TABLE public.t CLUSTER ON t_b;
ALTER TABLE public.t REPLICA IDENTITY FULL;
INSERT INTO public.t VALUES (1, 1, 1, 1), (2, 2, 2, 2);
