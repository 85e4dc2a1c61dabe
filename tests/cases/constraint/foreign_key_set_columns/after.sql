-- since: 15
CREATE TABLE public.far (a integer, b integer, PRIMARY KEY (a, b));
CREATE TABLE public.t (a integer, b integer DEFAULT 1, CONSTRAINT t_far FOREIGN KEY (a, b) REFERENCES public.far ON DELETE SET DEFAULT (b, a));
INSERT INTO public.far VALUES (1, 1);
INSERT INTO public.t VALUES (1, 1);
