CREATE TABLE public.t (id serial PRIMARY KEY, b bigint GENERATED ALWAYS AS IDENTITY, note text);
INSERT INTO public.t (note) VALUES ('a'), ('b');
