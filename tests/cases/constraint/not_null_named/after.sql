-- since: 18
CREATE TABLE public.t (
    id integer PRIMARY KEY,
    a integer NOT NULL,
    b integer CONSTRAINT b_must NOT NULL,
    c integer NOT NULL,
    d integer CONSTRAINT d_other NOT NULL,
    e integer CONSTRAINT e_new NOT NULL,
    f integer GENERATED ALWAYS AS IDENTITY,
    g integer NOT NULL,
    h integer,
    i integer CONSTRAINT i_must NOT NULL DEFAULT 5,
    "T_a_not_null" integer
);
ALTER TABLE public.t ADD CONSTRAINT h_later NOT NULL h NOT VALID;
COMMENT ON CONSTRAINT i_must ON public.t IS 'i';
INSERT INTO public.t VALUES (1, 1, 1, 1, 1, 1, DEFAULT, 1, 1, 1, 1);
