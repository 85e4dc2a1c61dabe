CREATE TABLE public.t (id integer, a text, b integer[], c point, d inet, e tsvector, f jsonb);
CREATE INDEX i_hash ON public.t USING hash (a);
CREATE INDEX i_gin ON public.t USING gin (b) WITH (fastupdate = off);
CREATE INDEX i_gist ON public.t USING gist (c);
CREATE INDEX i_spgist ON public.t USING spgist (c) WITH (fillfactor = 50);
CREATE INDEX i_brin ON public.t USING brin (id) WITH (pages_per_range = 16, autosummarize = on);
CREATE INDEX i_params ON public.t USING gist (e tsvector_ops (siglen = 100));
CREATE INDEX i_json ON public.t USING gin (f jsonb_path_ops);
INSERT INTO public.t VALUES (1, 'a', '{1}', '(1,1)', '10.0.0.1', 'x', '{}');
