CREATE SCHEMA s;
CREATE TEXT SEARCH DICTIONARY s.d (TEMPLATE = simple);
CREATE TEXT SEARCH PARSER s.p (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
CREATE TABLE s.t (a text, d text DEFAULT 'x');
-- variant
CREATE TEXT SEARCH CONFIGURATION s.c (PARSER = pg_catalog."default");
COMMENT ON TEXT SEARCH CONFIGURATION s.c IS 'it''s';
-- variant
CREATE TEXT SEARCH CONFIGURATION s.c (COPY = pg_catalog.english);
ALTER TEXT SEARCH CONFIGURATION s.c ALTER MAPPING FOR asciiword, word WITH s.d, english_stem;
CREATE TEXT SEARCH CONFIGURATION s."C ""2""" (COPY = s.c);
CREATE VIEW s.v AS SELECT to_tsvector('s.c'::regconfig, a) AS a FROM s.t;
-- variant
CREATE TEXT SEARCH CONFIGURATION s.c (COPY = pg_catalog.english);
ALTER TEXT SEARCH CONFIGURATION s.c ALTER MAPPING FOR asciiword, word WITH english_stem, s.d;
ALTER TEXT SEARCH CONFIGURATION s.c DROP MAPPING FOR email, url;
CREATE VIEW s.v AS SELECT to_tsvector('s.c'::regconfig, a) AS a FROM s.t;
CREATE INDEX i ON s.t USING gin (to_tsvector('s.c'::regconfig, a));
-- variant
CREATE TEXT SEARCH CONFIGURATION s.c (PARSER = s.p);
ALTER TEXT SEARCH CONFIGURATION s.c ADD MAPPING FOR word, email WITH simple;
CREATE VIEW s.v AS SELECT to_tsvector('s.c'::regconfig, a) AS a FROM s.t;
CREATE INDEX i ON s.t USING gin (to_tsvector('s.c'::regconfig, a));
ALTER TABLE s.t ADD b tsvector GENERATED ALWAYS AS (to_tsvector('s.c'::regconfig, a)) STORED, ADD CHECK (to_tsvector('s.c'::regconfig, a) IS NOT NULL);
ALTER TABLE s.t ALTER d SET DEFAULT to_tsvector('s.c'::regconfig, 'x')::text;
