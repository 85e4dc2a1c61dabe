CREATE FUNCTION forbid() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''% is forbidden'', tg_tag; END';
CREATE TABLE gone (id integer);
CREATE TABLE t (id integer);
CREATE EVENT TRIGGER forbid ON ddl_command_start
    WHEN TAG IN ('ALTER TABLE', 'DROP TABLE', 'CREATE TABLE', 'CREATE INDEX', 'DROP INDEX') EXECUTE FUNCTION forbid();
