CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER s FOREIGN DATA WRAPPER w;
CREATE FOREIGN TABLE f (
    a int NOT NULL CHECK (a > 0),
    d timestamptz NOT NULL DEFAULT clock_timestamp(),
    e int NOT NULL,
    g int GENERATED ALWAYS AS (a * 2) STORED,
    id serial
) SERVER s;
