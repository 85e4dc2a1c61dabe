CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE public.p (a integer);
CREATE TABLE public.q () INHERITS (public.p);
CREATE TABLE public.below () INHERITS (public.q);
CREATE TABLE public.keeps (c integer) INHERITS (public.p);
CREATE VIEW public.v AS SELECT a FROM public.below;
CREATE TABLE public.m (a integer) PARTITION BY RANGE (a);
CREATE TABLE public.m1 PARTITION OF public.m FOR VALUES FROM (1) TO (5) PARTITION BY RANGE (a);
CREATE TABLE public.m2 PARTITION OF public.m1 FOR VALUES FROM (1) TO (3);
