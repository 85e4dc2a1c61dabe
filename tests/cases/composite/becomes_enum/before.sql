CREATE TYPE public.thing AS (x integer);
