CREATE TABLE public.p (a integer, b integer DEFAULT 7);
CREATE TABLE public.r (c integer);
CREATE TABLE public.q () INHERITS (public.p, public.r);
CREATE TABLE public.s (a numeric(8,2));
CREATE TABLE public.t (b integer);
CREATE TABLE public.u () INHERITS (public.s, public.t);
INSERT INTO public.q VALUES (1, 2, 3);
INSERT INTO public.u VALUES (4, 5);
