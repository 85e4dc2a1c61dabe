CREATE TYPE public.r AS RANGE (SUBTYPE = integer, MULTIRANGE_TYPE_NAME = public.rs);
CREATE DOMAIN public.short AS public.r CHECK (upper(VALUE) < 100);
CREATE TABLE public.t (id integer, r public.r, many public.rs, d public.short);
INSERT INTO public.t VALUES (1, '[1,2)', '{[1,2)}', '[1,5)');
