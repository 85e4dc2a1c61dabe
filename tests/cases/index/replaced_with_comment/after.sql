CREATE TABLE item (id bigint, code text NOT NULL);
CREATE INDEX item_code ON item (code, id);
