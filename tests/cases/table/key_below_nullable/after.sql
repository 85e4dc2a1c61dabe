CREATE TABLE above (id bigint, note text);
CREATE TABLE keyed (PRIMARY KEY (id)) INHERITS (above);
CREATE TABLE loose () INHERITS (above);
