CREATE TABLE public.t (
    id integer PRIMARY KEY,
    a text COMPRESSION pglz,
    b text,
    c text COLLATE "POSIX",
    d bytea
);
ALTER TABLE public.t ALTER a SET STORAGE MAIN, ALTER b SET STATISTICS 100, ALTER d SET STORAGE PLAIN;
ALTER TABLE public.t ALTER c SET (n_distinct = 5, n_distinct_inherited = 6);
COMMENT ON COLUMN public.t.a IS 'two';
INSERT INTO public.t VALUES (1, 'a', 'b', 'c', 'd');
