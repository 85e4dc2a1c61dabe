CREATE TABLE public.t (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, b bigserial, note text);
INSERT INTO public.t (note) VALUES ('a'), ('b');
