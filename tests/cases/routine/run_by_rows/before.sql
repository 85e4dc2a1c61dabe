CREATE SCHEMA app;
CREATE FUNCTION app.is_fine(value text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE
AS $$ BEGIN RETURN app.zz_length(value) > 0; END $$;
CREATE DOMAIN app.fine AS text CHECK (app.is_fine(VALUE));
CREATE TABLE app.entry (id bigint PRIMARY KEY);
INSERT INTO app.entry VALUES (1);
