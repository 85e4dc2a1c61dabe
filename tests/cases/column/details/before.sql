CREATE TABLE public.t (
    id integer PRIMARY KEY,
    a text,
    b text COMPRESSION pglz,
    c text COLLATE "C",
    d bytea
);
ALTER TABLE public.t ALTER a SET STORAGE EXTERNAL, ALTER b SET STATISTICS 50, ALTER d SET STATISTICS 0;
ALTER TABLE public.t ALTER c SET (n_distinct = -0.5);
COMMENT ON COLUMN public.t.a IS 'one';
INSERT INTO public.t VALUES (1, 'a', 'b', 'c', 'd');
