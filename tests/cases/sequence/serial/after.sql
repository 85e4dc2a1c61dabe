CREATE SCHEMA other;
CREATE TABLE public.t (a bigserial, b integer, c smallserial, d serial, e serial, plain integer);
CREATE SEQUENCE public.shared OWNED BY public.t.plain;
CREATE TABLE public.u (x integer DEFAULT nextval('public.shared'), y bigint, z integer DEFAULT nextval('public.t_a_seq'));
INSERT INTO public.t (b) VALUES (1), (2);
INSERT INTO public.u DEFAULT VALUES;
