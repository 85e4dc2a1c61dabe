CREATE SCHEMA s;
CREATE FUNCTION s.start(internal, integer) RETURNS internal LANGUAGE internal STRICT AS 'prsd_start';
-- variant
CREATE TEXT SEARCH PARSER s.p (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
COMMENT ON TEXT SEARCH PARSER s.p IS 'it''s';
CREATE TEXT SEARCH CONFIGURATION s.c (PARSER = s.p);
ALTER TEXT SEARCH CONFIGURATION s.c ADD MAPPING FOR word WITH simple;
-- variant
CREATE TEXT SEARCH PARSER s.p (
    START = s.start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype, HEADLINE = prsd_headline
);
CREATE TEXT SEARCH CONFIGURATION s.c (PARSER = s.p);
ALTER TEXT SEARCH CONFIGURATION s.c ADD MAPPING FOR word WITH simple;
-- variant
DROP FUNCTION s.start(internal, integer);
CREATE FUNCTION s.start(a internal, b integer) RETURNS internal LANGUAGE internal STRICT AS 'prsd_start';
CREATE TEXT SEARCH PARSER s.p (
    START = s.start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype, HEADLINE = prsd_headline
);
CREATE TEXT SEARCH PARSER s."P ""2""" (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
