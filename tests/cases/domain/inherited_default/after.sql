CREATE DOMAIN public.below AS text;
CREATE DOMAIN public.above AS public.below;
CREATE DOMAIN public.another AS public.below;
CREATE TABLE public.t (a public.above, b public.below);
