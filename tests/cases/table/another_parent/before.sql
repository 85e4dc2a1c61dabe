CREATE TABLE public.p (a integer, b integer DEFAULT 7);
CREATE TABLE public.r (c integer);
CREATE TABLE public.q () INHERITS (public.p, public.r);
INSERT INTO public.q VALUES (1, 2, 3);
