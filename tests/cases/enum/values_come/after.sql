CREATE TYPE public.e AS ENUM ('a''s', 'b', 'ü "x"', 'd');
CREATE TABLE public.t (e public.e DEFAULT 'd', CHECK (e <> 'a''s'));
INSERT INTO public.t VALUES ('b');
