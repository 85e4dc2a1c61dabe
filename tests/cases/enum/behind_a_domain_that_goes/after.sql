CREATE TYPE public.e AS ENUM ('c', 'a');
CREATE TABLE public.t (d public.e, o public.e);
