CREATE TABLE public.t (
    id integer,
    a integer,
    b integer NOT NULL,
    c integer NOT NULL,
    CONSTRAINT t_pkey PRIMARY KEY (id) INCLUDE (a) WITH (fillfactor = 80),
    CONSTRAINT t_a UNIQUE (a) DEFERRABLE,
    CONSTRAINT t_b UNIQUE (b) INCLUDE (c) WITH (fillfactor = 50)
);
ALTER TABLE public.t CLUSTER ON t_pkey;
ALTER TABLE public.t REPLICA IDENTITY USING INDEX t_b;
INSERT INTO public.t VALUES (1, 1, 1, 1), (2, 2, 2, 2);
