CREATE TYPE public.thing AS ENUM ('x');
