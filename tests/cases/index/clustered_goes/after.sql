CREATE TABLE item (id bigint, code text NOT NULL);
