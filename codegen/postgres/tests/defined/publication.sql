CREATE SCHEMA s;
CREATE TABLE s.t (a int PRIMARY KEY);
-- variant
CREATE PUBLICATION p;
COMMENT ON PUBLICATION p IS 'it''s';
-- variant
CREATE PUBLICATION p WITH (publish = 'insert, update', publish_via_partition_root = true);
CREATE PUBLICATION "P 2" FOR ALL TABLES WITH (publish = '');
-- variant
CREATE PUBLICATION p WITH (publish = 'truncate');
CREATE PUBLICATION "P 2" FOR TABLE s.t WITH (publish = '');
-- variant
CREATE PUBLICATION p FOR ALL TABLES WITH (publish_via_partition_root = true);
-- variant
-- since 18
CREATE PUBLICATION p WITH (publish = 'delete', publish_generated_columns = stored);
