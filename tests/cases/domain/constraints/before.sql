CREATE DOMAIN public.d AS integer CONSTRAINT k CHECK (VALUE > 0) CONSTRAINT gone CHECK (VALUE < 9);
ALTER DOMAIN public.d ADD CONSTRAINT later CHECK (VALUE <> 5) NOT VALID;
CREATE DOMAIN public.over AS public.d NOT NULL DEFAULT 3;
CREATE DOMAIN public.list AS public.d[] CHECK (array_length(VALUE, 1) > 0);
CREATE TABLE public.t (d public.d, o public.over, l public.list);
INSERT INTO public.t VALUES (1, 2, '{3}');
