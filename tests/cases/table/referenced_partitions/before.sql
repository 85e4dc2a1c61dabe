CREATE TABLE public.item (id integer, kind text, PRIMARY KEY (kind, id)) PARTITION BY LIST (kind);
CREATE TABLE public.item_a PARTITION OF public.item FOR VALUES IN ('a');
CREATE TABLE public.line (id integer PRIMARY KEY, kind text, item integer,
    CONSTRAINT line_item FOREIGN KEY (kind, item) REFERENCES public.item (kind, id));
CREATE TABLE public.other (id integer, kind text, PRIMARY KEY (kind, id)) PARTITION BY LIST (kind);
CREATE TABLE public.other_a PARTITION OF public.other FOR VALUES IN ('a');
CREATE TABLE public.note (id integer PRIMARY KEY, kind text, other integer,
    FOREIGN KEY (kind, other) REFERENCES public.other (kind, id));
INSERT INTO public.item VALUES (1, 'a');
INSERT INTO public.line VALUES (1, 'a', 1);
