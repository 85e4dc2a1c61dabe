CREATE TYPE public.r AS RANGE (SUBTYPE = numeric, MULTIRANGE_TYPE_NAME = public.many_r);
CREATE DOMAIN public.short AS public.r CHECK (upper(VALUE) < 100);
CREATE TABLE public.t (id integer, r public.r, many public.many_r, d public.short);
INSERT INTO public.t VALUES (1, '[1,2)', '{[1,2)}', '[1,5)');
