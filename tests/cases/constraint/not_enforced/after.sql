-- since: 18
CREATE TABLE public.far (id integer PRIMARY KEY);
CREATE TABLE public.t (
    id integer PRIMARY KEY,
    a integer CONSTRAINT positive CHECK (a > 0),
    b integer CONSTRAINT small CHECK (b < 10) NOT ENFORCED,
    c integer CONSTRAINT c_far REFERENCES public.far,
    d integer CONSTRAINT d_far REFERENCES public.far NOT ENFORCED,
    e integer CONSTRAINT e_far REFERENCES public.far ON DELETE CASCADE NOT ENFORCED
);
ALTER TABLE public.t ADD CONSTRAINT f_far FOREIGN KEY (b) REFERENCES public.far NOT ENFORCED;
INSERT INTO public.far VALUES (1);
INSERT INTO public.t VALUES (1, 1, 1, 1, 1, 1);
