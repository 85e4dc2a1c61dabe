CREATE TYPE public.e AS ENUM ('a', 'b');
CREATE TABLE public.t (e public.e DEFAULT 'b', es public.e[]);
INSERT INTO public.t VALUES ('b', '{a,b}');
