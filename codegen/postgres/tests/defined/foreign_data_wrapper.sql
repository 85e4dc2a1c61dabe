CREATE SCHEMA s;
CREATE FUNCTION s.v(text[], oid) RETURNS void LANGUAGE plpgsql AS 'BEGIN END';
-- variant
CREATE FOREIGN DATA WRAPPER w;
COMMENT ON FOREIGN DATA WRAPPER w IS 'it''s';
-- variant
CREATE FOREIGN DATA WRAPPER w VALIDATOR s.v OPTIONS (a 'it''s \', "B b" '{value}', secret '1');
CREATE FOREIGN DATA WRAPPER "W 2" OPTIONS (a '1');
-- variant
CREATE FOREIGN DATA WRAPPER w VALIDATOR postgresql_fdw_validator;
CREATE FOREIGN DATA WRAPPER "W 2" OPTIONS (a '2', "B b" '3', secret '2');
-- variant
CREATE FUNCTION s.h() RETURNS fdw_handler LANGUAGE internal AS 'fmgr_internal_validator';
CREATE FOREIGN DATA WRAPPER w HANDLER s.h OPTIONS ("B b" '3');
