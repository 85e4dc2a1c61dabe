CREATE TABLE item (id bigint, code text NOT NULL);
CREATE INDEX item_code ON item (code);
COMMENT ON INDEX item_code IS 'by code';
INSERT INTO item VALUES (1, 'a');
