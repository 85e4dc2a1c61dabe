CREATE TABLE public.t (id integer, a text, b integer[], c point, d inet, e tsvector, f jsonb);
CREATE INDEX i_hash ON public.t USING hash (a) WITH (fillfactor = 50);
CREATE INDEX i_gin ON public.t USING gin (b) WITH (gin_pending_list_limit = 128);
CREATE INDEX i_gist ON public.t USING gist (c) WITH (buffering = on, fillfactor = 60);
CREATE INDEX i_spgist ON public.t USING spgist (c quad_point_ops);
CREATE INDEX i_brin ON public.t USING brin (id int4_bloom_ops (n_distinct_per_range = 50)) WITH (pages_per_range = 32);
CREATE INDEX i_params ON public.t USING gist (e tsvector_ops (siglen = 200));
CREATE INDEX i_json ON public.t USING gin (f);
INSERT INTO public.t VALUES (1, 'a', '{1}', '(1,1)', '10.0.0.1', 'x', '{}');
