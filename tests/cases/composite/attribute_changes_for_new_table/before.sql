CREATE TYPE z AS (a numeric(8, 2), b text);
CREATE TABLE other (x bigint);
INSERT INTO other VALUES (1);
