CREATE SCHEMA s;
CREATE TEXT SEARCH TEMPLATE s.e (INIT = dsimple_init, LEXIZE = dsimple_lexize);
-- variant
CREATE TEXT SEARCH DICTIONARY s.d (TEMPLATE = simple);
COMMENT ON TEXT SEARCH DICTIONARY s.d IS 'it''s';
-- variant
CREATE TEXT SEARCH DICTIONARY s.d (TEMPLATE = pg_catalog.simple, StopWords = english, Accept = false);
CREATE TEXT SEARCH DICTIONARY s."D ""2""" (TEMPLATE = snowball, "language" = 'russian');
-- variant
CREATE TEXT SEARCH DICTIONARY s.d (TEMPLATE = simple, StopWords = 'russian');
CREATE TEXT SEARCH DICTIONARY s."D ""2""" (TEMPLATE = snowball, Language = english, StopWords = english);
CREATE TEXT SEARCH CONFIGURATION s.c (PARSER = "default");
ALTER TEXT SEARCH CONFIGURATION s.c ADD MAPPING FOR asciiword WITH s.d, s."D ""2""";
CREATE TABLE s.t (a text, b tsvector GENERATED ALWAYS AS (to_tsvector('s.c'::regconfig, a)) STORED);
CREATE INDEX i ON s.t USING gin (to_tsvector('s.c'::regconfig, a));
-- variant
CREATE TEXT SEARCH DICTIONARY s.d (TEMPLATE = s.e, Accept = true);
CREATE TEXT SEARCH CONFIGURATION s.c (PARSER = "default");
ALTER TEXT SEARCH CONFIGURATION s.c ADD MAPPING FOR asciiword WITH s.d;
CREATE TABLE s.t (a text, b tsvector GENERATED ALWAYS AS (to_tsvector('s.c'::regconfig, a)) STORED);
CREATE INDEX i ON s.t USING gin (to_tsvector('s.c'::regconfig, a));
