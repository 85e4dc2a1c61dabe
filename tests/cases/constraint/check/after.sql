CREATE TABLE public.t (id integer, a integer, CONSTRAINT one CHECK (a > 0 AND id > 0), CONSTRAINT two CHECK (id > 0));
ALTER TABLE public.t ADD CONSTRAINT three CHECK (a <> 7);
ALTER TABLE public.t ADD CONSTRAINT four CHECK (a <> 8) NOT VALID;
COMMENT ON CONSTRAINT one ON public.t IS 'one';
INSERT INTO public.t VALUES (1, 1);
