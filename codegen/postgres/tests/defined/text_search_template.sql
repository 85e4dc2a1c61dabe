CREATE SCHEMA s;
CREATE FUNCTION s.init(internal) RETURNS internal LANGUAGE internal STRICT AS 'dsimple_init';
-- variant
CREATE TEXT SEARCH TEMPLATE s.e (LEXIZE = dsimple_lexize);
COMMENT ON TEXT SEARCH TEMPLATE s.e IS 'it''s';
-- variant
CREATE TEXT SEARCH TEMPLATE s.e (INIT = s.init, LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH TEMPLATE s."E ""2""" (INIT = dsimple_init, LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH DICTIONARY s.d (TEMPLATE = s.e, accept = false);
-- variant
DROP FUNCTION s.init(internal);
CREATE FUNCTION s.init(a internal) RETURNS internal LANGUAGE internal STRICT AS 'dsimple_init';
CREATE TEXT SEARCH TEMPLATE s.e (INIT = s.init, LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH DICTIONARY s.d (TEMPLATE = s.e, accept = true);
