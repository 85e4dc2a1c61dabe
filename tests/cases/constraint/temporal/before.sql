-- since: 18
-- extension: btree_gist
CREATE EXTENSION btree_gist SCHEMA public;
CREATE TABLE public.room (id integer, open daterange, CONSTRAINT room_pkey PRIMARY KEY (id, open WITHOUT OVERLAPS));
CREATE TABLE public.stay (
    id integer PRIMARY KEY,
    room integer,
    during daterange,
    CONSTRAINT stay_room FOREIGN KEY (room, PERIOD during) REFERENCES public.room (id, PERIOD open)
);
INSERT INTO public.room VALUES (1, '[2020-01-01,2020-12-31)'), (1, '[2021-01-01,2021-12-31)');
INSERT INTO public.stay VALUES (1, 1, '[2020-01-01,2020-12-31)');
