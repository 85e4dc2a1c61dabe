CREATE TABLE public.t (id integer, a text, note text);
CREATE INDEX plain ON public.t (a);
CREATE INDEX filled ON public.t (a) WITH (fillfactor = 70, deduplicate_items = off);
CREATE UNIQUE INDEX partial ON public.t (lower(a), id DESC NULLS LAST) INCLUDE (note) WITH (fillfactor = 70) WHERE (note <> ' WITH (fillfactor=''70'') WHERE ');
CREATE INDEX "odd WITH (x) WHERE " ON public.t ((a || ' WHERE (''')) WITH (fillfactor = 70) WHERE (a IS NOT NULL);
COMMENT ON INDEX public.plain IS 'plain';
ALTER INDEX public.partial ALTER COLUMN 1 SET STATISTICS 100;
INSERT INTO public.t VALUES (1, 'a', 'n');
