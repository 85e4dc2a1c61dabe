CREATE TABLE m (a integer PRIMARY KEY, b integer);
CREATE TABLE m1 (a integer PRIMARY KEY, b integer);
CREATE TABLE n (a integer PRIMARY KEY, b integer);
CREATE TABLE n1 (a integer PRIMARY KEY, b integer);
CREATE TABLE s (a integer PRIMARY KEY, b integer);
CREATE TABLE s1 (a integer PRIMARY KEY, b integer CONSTRAINT ss REFERENCES s);
INSERT INTO s1 VALUES (1, NULL), (2, NULL);
