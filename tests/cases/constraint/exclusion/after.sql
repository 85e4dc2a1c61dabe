CREATE TABLE public.t (
    id integer,
    during daterange,
    note text,
    CONSTRAINT apart EXCLUDE USING gist (during WITH &&) WITH (fillfactor = 70) WHERE (id > 0) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT noted EXCLUDE USING btree (note COLLATE "C" text_pattern_ops WITH =) INCLUDE (id) WHERE (note <> ' WHERE '),
    CONSTRAINT summed EXCLUDE USING hash ((id + 1) WITH =) DEFERRABLE
);
INSERT INTO public.t VALUES (1, '[2020-01-01,2020-01-05)', 'a'), (2, '[2021-01-01,2021-01-05)', 'b');
