CREATE SCHEMA other;
CREATE TABLE public.t (a serial, b bigserial, c smallserial, d integer, e integer NOT NULL, plain integer);
CREATE SEQUENCE public.shared;
CREATE SEQUENCE other.elsewhere START 5;
CREATE SEQUENCE public.unused OWNED BY public.t.d;
CREATE TABLE public.u (x integer DEFAULT nextval('public.shared'), y bigint DEFAULT nextval('public.shared'), z integer DEFAULT nextval('other.elsewhere'));
INSERT INTO public.t (d, e) VALUES (1, 1), (2, 2);
INSERT INTO public.u DEFAULT VALUES;
