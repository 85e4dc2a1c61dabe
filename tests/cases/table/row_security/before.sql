CREATE TABLE note (id integer);
CREATE TABLE part (id integer) PARTITION BY HASH (id);
CREATE POLICY mine ON note USING (id > 0);
