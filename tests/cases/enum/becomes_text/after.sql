CREATE TABLE public.t (e text DEFAULT 'b' CHECK (e IN ('a', 'b')), es text[]);
INSERT INTO public.t VALUES ('b', '{a,b}');
