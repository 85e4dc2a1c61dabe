CREATE TABLE public.plain (id integer);
CREATE TABLE public.above (a integer, b integer GENERATED ALWAYS AS (a * 2) STORED);
CREATE TABLE public.below (a integer, b integer GENERATED ALWAYS AS (a * 2) STORED);
ALTER TABLE public.below INHERIT public.above;
INSERT INTO public.below VALUES (1);
