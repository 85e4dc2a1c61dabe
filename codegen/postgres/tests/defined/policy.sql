CREATE SCHEMA s;
CREATE TABLE s.t (a int, "B" text, owner name);
CREATE FUNCTION s.may(text) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true';
-- variant
CREATE POLICY p ON s.t USING (a > 0);
-- variant
CREATE POLICY p ON s.t TO pg_read_all_data, CURRENT_USER USING (a > 1) WITH CHECK (s.may("B"));
COMMENT ON POLICY p ON s.t IS 'x';
CREATE POLICY "P 2" ON s.t AS RESTRICTIVE FOR INSERT WITH CHECK (owner = CURRENT_USER);
-- variant
CREATE POLICY p ON s.t AS RESTRICTIVE FOR UPDATE USING (EXISTS (SELECT FROM s.t o WHERE o.a = t.a)) WITH CHECK (true);
-- variant
ALTER TABLE s.t ALTER a TYPE bigint;
CREATE POLICY p ON s.t USING (a > 0);
-- variant
DROP TABLE s.t;
