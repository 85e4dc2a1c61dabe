CREATE TABLE public.far (id integer PRIMARY KEY, a integer, b integer, UNIQUE (a, b));
CREATE TABLE public.t (
    id integer PRIMARY KEY,
    a integer,
    b integer,
    self integer CONSTRAINT t_self REFERENCES public.t DEFERRABLE,
    CONSTRAINT t_full FOREIGN KEY (a, b) REFERENCES public.far (a, b) MATCH FULL,
    CONSTRAINT t_far FOREIGN KEY (a) REFERENCES public.far ON UPDATE CASCADE ON DELETE SET NULL
);
ALTER TABLE public.t ADD CONSTRAINT t_later FOREIGN KEY (b) REFERENCES public.far NOT VALID;
INSERT INTO public.far VALUES (1, 1, 1), (2, 2, 2);
INSERT INTO public.t VALUES (1, 1, 1, NULL), (2, 2, 2, 1);
