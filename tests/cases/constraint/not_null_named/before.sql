-- since: 18
CREATE TABLE public.t (
    id integer CONSTRAINT id_there NOT NULL PRIMARY KEY,
    a integer CONSTRAINT a_must NOT NULL,
    b integer NOT NULL,
    c integer NOT NULL NO INHERIT,
    d integer,
    e integer CONSTRAINT e_must NOT NULL NO INHERIT,
    f integer GENERATED ALWAYS AS IDENTITY CONSTRAINT f_must NOT NULL,
    g integer,
    h integer NOT NULL,
    "T_a_not_null" integer CONSTRAINT "Odd ""name" NOT NULL
);
ALTER TABLE public.t ADD CONSTRAINT d_later NOT NULL d NOT VALID;
ALTER TABLE public.t ADD NOT NULL g NOT VALID;
COMMENT ON CONSTRAINT a_must ON public.t IS 'it''s a must';
COMMENT ON CONSTRAINT t_h_not_null ON public.t IS 'h';
INSERT INTO public.t VALUES (1, 1, 1, 1, 1, 1, DEFAULT, 1, 1, 1);
