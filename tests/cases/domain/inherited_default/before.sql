CREATE DOMAIN public.below AS text DEFAULT 'y';
CREATE DOMAIN public.above AS integer;
CREATE TABLE public.t (a public.above, b public.below);
INSERT INTO public.t VALUES (1, 'b');
