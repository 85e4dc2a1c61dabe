CREATE TABLE public.t (id integer, a text, note text);
CREATE INDEX plain ON public.t (a) WITH (fillfactor = 90);
CREATE INDEX filled ON public.t (a);
CREATE UNIQUE INDEX partial ON public.t (lower(a), id DESC NULLS LAST) INCLUDE (note) WITH (fillfactor = 80) WHERE (note <> ' WITH (fillfactor=''70'') WHERE ');
CREATE INDEX "odd WITH (x) WHERE " ON public.t ((a || ' WHERE (''')) WITH (deduplicate_items = off) WHERE (a IS NOT NULL);
ALTER INDEX public.partial ALTER COLUMN 1 SET STATISTICS 200;
INSERT INTO public.t VALUES (1, 'a', 'n');
