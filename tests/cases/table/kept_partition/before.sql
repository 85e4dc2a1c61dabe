CREATE TABLE public.m (a integer, b text, c integer, d integer GENERATED ALWAYS AS (c * 2) STORED) PARTITION BY LIST (b);
CREATE TABLE public.m1 PARTITION OF public.m FOR VALUES IN ('x');
CREATE TABLE public.m2 PARTITION OF public.m DEFAULT;
ALTER TABLE public.m ADD CONSTRAINT k CHECK (c < 1000);
