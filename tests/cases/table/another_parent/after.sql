CREATE TABLE public.p (a integer);
CREATE TABLE public.r (c integer, b integer);
CREATE TABLE public.q () INHERITS (public.p, public.r);
CREATE TABLE public.s (a integer);
CREATE TABLE public.t (b integer, a integer);
CREATE TABLE public.u () INHERITS (public.s, public.t);
