CREATE TABLE public.t (
    id integer,
    during daterange,
    note text,
    CONSTRAINT apart EXCLUDE USING gist (during WITH &&) WITH (fillfactor = 60) WHERE (id > 0) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT noted EXCLUDE USING btree (note COLLATE "C" text_pattern_ops DESC NULLS LAST WITH =),
    CONSTRAINT summed EXCLUDE USING hash ((id + 1) WITH =)
);
COMMENT ON CONSTRAINT apart ON public.t IS 'no two at once';
INSERT INTO public.t VALUES (1, '[2020-01-01,2020-01-05)', 'a'), (2, '[2021-01-01,2021-01-05)', 'b');
