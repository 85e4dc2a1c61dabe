CREATE TABLE public.t (id integer, a integer, CONSTRAINT one CHECK (a > 0), CONSTRAINT two CHECK (id > 0) NO INHERIT);
ALTER TABLE public.t ADD CONSTRAINT three CHECK (a <> 7) NOT VALID;
ALTER TABLE public.t ADD CONSTRAINT four CHECK (a <> 8);
COMMENT ON CONSTRAINT one ON public.t IS 'one''s';
INSERT INTO public.t VALUES (1, 1);
