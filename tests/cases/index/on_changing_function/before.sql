CREATE FUNCTION folded(text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT lower($1)';
CREATE TABLE item (code text);
CREATE UNIQUE INDEX item_folded ON item (folded(code));
INSERT INTO item VALUES ('a'), ('B');
