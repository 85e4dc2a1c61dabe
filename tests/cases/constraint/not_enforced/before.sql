-- since: 18
CREATE TABLE public.far (id integer PRIMARY KEY);
CREATE TABLE public.t (
    id integer PRIMARY KEY,
    a integer CONSTRAINT positive CHECK (a > 0) NOT ENFORCED,
    b integer CONSTRAINT small CHECK (b < 10),
    c integer CONSTRAINT c_far REFERENCES public.far NOT ENFORCED,
    d integer CONSTRAINT d_far REFERENCES public.far DEFERRABLE INITIALLY DEFERRED,
    e integer CONSTRAINT e_far REFERENCES public.far NOT ENFORCED
);
ALTER TABLE public.t ADD CONSTRAINT f_far FOREIGN KEY (b) REFERENCES public.far NOT VALID;
COMMENT ON CONSTRAINT positive ON public.t IS 'only said';
INSERT INTO public.far VALUES (1);
INSERT INTO public.t VALUES (1, 1, 1, 1, 1, 1);
