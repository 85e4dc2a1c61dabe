CREATE FUNCTION public.may_see(owner integer, document integer) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RETURN true; END';
CREATE TABLE public.document (id integer PRIMARY KEY, owner integer);
CREATE POLICY owners ON public.document USING (public.may_see(owner, id));
INSERT INTO public.document VALUES (1, 2);
