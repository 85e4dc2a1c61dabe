-- since: 18
-- extension: btree_gist
CREATE EXTENSION btree_gist SCHEMA public;
CREATE TABLE public.room (
    id integer,
    kind integer DEFAULT 1,
    open daterange,
    CONSTRAINT room_pkey PRIMARY KEY (id, open),
    CONSTRAINT room_once UNIQUE (kind, open WITHOUT OVERLAPS)
);
CREATE TABLE public.stay (
    id integer,
    room integer,
    during daterange,
    CONSTRAINT stay_pkey PRIMARY KEY (room, during WITHOUT OVERLAPS),
    CONSTRAINT stay_room FOREIGN KEY (room, during) REFERENCES public.room (id, open)
);
INSERT INTO public.room (id, open) VALUES (1, '[2020-01-01,2020-12-31)'), (1, '[2021-01-01,2021-12-31)');
INSERT INTO public.stay VALUES (1, 1, '[2020-01-01,2020-12-31)');
