CREATE TABLE public.far (id integer PRIMARY KEY, a integer, b integer, UNIQUE (a, b));
CREATE TABLE public.t (
    id integer PRIMARY KEY,
    a integer,
    b integer,
    self integer CONSTRAINT t_self REFERENCES public.t DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT t_full FOREIGN KEY (a, b) REFERENCES public.far (a, b),
    CONSTRAINT t_far FOREIGN KEY (a) REFERENCES public.far ON UPDATE RESTRICT ON DELETE SET DEFAULT,
    CONSTRAINT t_later FOREIGN KEY (b) REFERENCES public.far
);
INSERT INTO public.far VALUES (1, 1, 1), (2, 2, 2);
INSERT INTO public.t VALUES (1, 1, 1, NULL), (2, 2, 2, 1);
