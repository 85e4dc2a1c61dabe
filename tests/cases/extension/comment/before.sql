-- extension: citext
-- extension: hstore
CREATE EXTENSION citext;
COMMENT ON EXTENSION citext IS NULL;
CREATE EXTENSION hstore;
