CREATE TABLE public.p (a integer);
CREATE TABLE public.r (c integer, b integer);
CREATE TABLE public.q () INHERITS (public.p, public.r);
