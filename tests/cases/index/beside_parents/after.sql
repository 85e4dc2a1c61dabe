CREATE TABLE public.plain (id integer);
CREATE TABLE public.event (kind text, id integer, note text, UNIQUE (kind, id)) PARTITION BY LIST (kind);
CREATE TABLE public.event_a PARTITION OF public.event FOR VALUES IN ('a');
ALTER TABLE public.event_a ADD PRIMARY KEY (kind, id);
CREATE INDEX event_a_chosen_idx ON public.event_a (note);
CREATE INDEX event_note ON public.event (note);
CREATE INDEX event_a_note_once_more ON public.event_a (note);
INSERT INTO public.event VALUES ('a', 1, 'b');
