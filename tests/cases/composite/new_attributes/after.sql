CREATE TYPE c AS (a int, z text, b int);
CREATE TYPE used AS (a int, z text, b int);
CREATE TABLE t (id int PRIMARY KEY, c used);
