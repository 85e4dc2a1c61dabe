CREATE FUNCTION folded(text, keep integer DEFAULT 9) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT left(lower($1), $2)';
CREATE TABLE item (code text);
CREATE UNIQUE INDEX item_folded ON item (folded(code));
