-- since: 15
CREATE TABLE public.t (a integer, b text);
CREATE VIEW public.v WITH (security_invoker = true, check_option = local) AS SELECT a, b FROM public.t WHERE a > 0;
CREATE VIEW public.w WITH (security_barrier) AS SELECT a FROM public.v;
COMMENT ON COLUMN public.w.a IS 'x';
CREATE RECURSIVE VIEW public.r (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM r WHERE n < 5;
CREATE MATERIALIZED VIEW public.m AS SELECT a FROM public.w WITH NO DATA;
CREATE UNIQUE INDEX mi ON public.m (a);
COMMENT ON COLUMN public.m.a IS 'y';
