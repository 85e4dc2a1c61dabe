CREATE FUNCTION public.may_see(owner integer) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RETURN true; END';
CREATE TABLE public.document (id integer PRIMARY KEY, owner integer);
CREATE POLICY owners ON public.document USING (public.may_see(owner));
INSERT INTO public.document VALUES (1, 2);
