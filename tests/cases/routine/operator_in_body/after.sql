CREATE TABLE public.t (a int);
CREATE FUNCTION public.p (int, int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE OPERATOR public.@@# (FUNCTION = public.p, LEFTARG = int, RIGHTARG = int);
CREATE FUNCTION public.f () RETURNS int LANGUAGE sql AS 'SELECT 1 OPERATOR(public.@@#) 2';
