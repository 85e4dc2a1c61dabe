CREATE DOMAIN public.d AS integer CONSTRAINT k CHECK (VALUE >= 0) CONSTRAINT later CHECK (VALUE <> 5);
CREATE DOMAIN public.over AS public.d DEFAULT 4;
CREATE DOMAIN public.list AS public.d[] CHECK (array_length(VALUE, 1) > 0) DEFAULT '{}';
COMMENT ON CONSTRAINT k ON DOMAIN public.d IS 'x';
CREATE TABLE public.t (d public.d, o public.over, l public.list);
INSERT INTO public.t VALUES (1, 2, '{3}');
