CREATE SCHEMA s;
CREATE TABLE s.t (a text, b int);
-- variant
CREATE COLLATION s.c FROM "C";
COMMENT ON COLLATION s.c IS 'it''s';
-- variant
CREATE COLLATION s.c FROM "C";
CREATE COLLATION s."C 2" (PROVIDER = libc, LC_COLLATE = 'C', LC_CTYPE = 'POSIX');
CREATE DOMAIN s.d AS text COLLATE s."C 2";
ALTER TABLE s.t ALTER a TYPE text COLLATE s.c, ADD d s.d DEFAULT 'x' COLLATE s.c;
CREATE INDEX i ON s.t (a COLLATE s."C 2");
CREATE VIEW s.v AS SELECT a COLLATE s."C 2" AS a FROM s.t;
-- variant
CREATE COLLATION s.c (PROVIDER = icu, LOCALE = 'de-u-co-phonebk', DETERMINISTIC = false);
CREATE COLLATION s."C 2" FROM "C";
CREATE DOMAIN s.d AS text COLLATE s."C 2";
ALTER TABLE s.t ALTER a TYPE text COLLATE s.c, ADD d s.d DEFAULT 'x' COLLATE s.c;
CREATE INDEX i ON s.t (a COLLATE s."C 2");
CREATE VIEW s.v AS SELECT a COLLATE s."C 2" AS a FROM s.t;
-- variant
CREATE COLLATION s.c (PROVIDER = icu, LOCALE = 'und');
ALTER TABLE s.t ALTER a TYPE varchar(5) COLLATE s.c;
-- variant
-- since 16
CREATE COLLATION s.c (PROVIDER = icu, LOCALE = 'und', RULES = '&V << w <<< W');
ALTER TABLE s.t ALTER a TYPE text COLLATE s.c;
-- variant
-- since 17
CREATE COLLATION s.c (PROVIDER = builtin, LOCALE = 'C.UTF-8');
ALTER TABLE s.t ALTER a TYPE text COLLATE s.c;
