-- since: 15
CREATE TABLE public.far (a integer, b integer, PRIMARY KEY (a, b));
CREATE TABLE public.t (a integer, b integer, CONSTRAINT t_far FOREIGN KEY (a, b) REFERENCES public.far ON DELETE SET NULL (b));
INSERT INTO public.far VALUES (1, 1);
INSERT INTO public.t VALUES (1, 1);
