CREATE SCHEMA s;
CREATE TYPE s.mood AS ENUM ('happy', 'ok', 'sad');
CREATE DOMAIN s.good AS s.mood DEFAULT 'ok' CHECK (VALUE <> 'sad');
CREATE TYPE s.pair AS (first s.mood, second s.mood[]);
CREATE TABLE s.person (
    id int PRIMARY KEY,
    mood s.mood NOT NULL DEFAULT 'ok',
    moods s.mood[] DEFAULT ARRAY['ok', 'happy']::s.mood[],
    good s.good,
    pair s.pair,
    CONSTRAINT better CHECK (mood <= 'sad')
);
CREATE INDEX person_mood ON s.person (mood);
CREATE INDEX person_is_happy ON s.person ((mood = 'happy'::s.mood)) WHERE mood <> 'sad';
CREATE FUNCTION s.next(s.mood, s.mood[] DEFAULT NULL) RETURNS s.mood LANGUAGE sql IMMUTABLE AS $$ SELECT 'happy'::s.mood $$;
CREATE FUNCTION s.all_moods() RETURNS SETOF s.mood LANGUAGE sql STABLE AS $$ SELECT 'ok'::s.mood $$;
CREATE VIEW s.moods AS SELECT id, mood, s.next(mood) AS next, mood = 'ok' AS is_ok FROM s.person;
CREATE VIEW s.above AS SELECT mood, count(*) FROM s.moods GROUP BY mood;
COMMENT ON VIEW s.moods IS 'kept';
COMMENT ON TYPE s.mood IS 'kept';
GRANT SELECT ON s.moods TO PUBLIC;
INSERT INTO s.person VALUES (1, 'ok', '{ok,happy}', 'ok', ROW('ok', '{happy}')), (2, 'happy', NULL, 'happy', NULL);
