CREATE TABLE public.t (a serial, b integer GENERATED ALWAYS AS IDENTITY, c smallint);
CREATE SEQUENCE public.s AS integer MAXVALUE 100 OWNED BY public.t.c;
CREATE SEQUENCE public.free START 5;
