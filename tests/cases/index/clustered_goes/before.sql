CREATE TABLE item (id bigint, code text NOT NULL);
CREATE UNIQUE INDEX item_code ON item (code);
COMMENT ON INDEX item_code IS 'by code';
ALTER TABLE item CLUSTER ON item_code;
ALTER TABLE item REPLICA IDENTITY USING INDEX item_code;
INSERT INTO item VALUES (1, 'a'), (2, 'b');
