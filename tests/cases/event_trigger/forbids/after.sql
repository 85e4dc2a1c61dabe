CREATE TABLE new (id integer);
CREATE TABLE t (id integer, name text);
CREATE INDEX t_id ON t (id);
