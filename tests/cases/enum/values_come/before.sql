CREATE TYPE public.e AS ENUM ('b');
CREATE TABLE public.t (e public.e DEFAULT 'b');
INSERT INTO public.t VALUES ('b');
