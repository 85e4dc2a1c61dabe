CREATE SCHEMA s;
CREATE FUNCTION s.own(internal) RETURNS index_am_handler LANGUAGE internal STRICT AS 'bthandler';
-- variant
CREATE ACCESS METHOD m TYPE INDEX HANDLER bthandler;
COMMENT ON ACCESS METHOD m IS 'it''s';
-- variant
CREATE ACCESS METHOD m TYPE INDEX HANDLER s.own;
CREATE ACCESS METHOD "M ""2""" TYPE TABLE HANDLER heap_tableam_handler;
-- variant
CREATE ACCESS METHOD m TYPE TABLE HANDLER heap_tableam_handler;
-- variant
DROP FUNCTION s.own(internal);
CREATE FUNCTION s.own(c internal) RETURNS index_am_handler LANGUAGE internal STRICT AS 'bthandler';
CREATE ACCESS METHOD m TYPE INDEX HANDLER s.own;
CREATE OPERATOR CLASS s.c DEFAULT FOR TYPE integer USING m AS OPERATOR 1 <, OPERATOR 3 =, FUNCTION 1 btint4cmp(integer, integer);
CREATE TABLE s.t (a integer);
