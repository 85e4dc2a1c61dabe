-- since: 15
CREATE TABLE public.t (a bigint, b text);
CREATE VIEW public.v WITH (security_barrier, check_option = cascaded) AS SELECT a, b FROM public.t WHERE a > 0;
CREATE VIEW public.w WITH (security_invoker = false) AS SELECT a FROM public.v;
COMMENT ON COLUMN public.w.a IS 'z';
CREATE RECURSIVE VIEW public.r (n) AS VALUES (1::bigint) UNION ALL SELECT n + 1 FROM r WHERE n < 5;
CREATE MATERIALIZED VIEW public.m WITH (fillfactor = 70) AS SELECT a FROM public.w;
CREATE UNIQUE INDEX mi ON public.m (a);
CREATE INDEX mj ON public.m ((a + 1));
COMMENT ON COLUMN public.m.a IS 'y';
