CREATE FUNCTION public.total(integer) RETURNS integer LANGUAGE sql AS 'SELECT $1';
