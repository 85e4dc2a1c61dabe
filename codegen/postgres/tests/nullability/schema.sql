CREATE DOMAIN must AS text NOT NULL;
CREATE TYPE pair AS (a integer, b text);
CREATE TABLE producer (
    id integer PRIMARY KEY, name text NOT NULL, note text, parent integer REFERENCES producer, since date NOT NULL
);
CREATE TABLE item (
    id integer PRIMARY KEY, producer integer REFERENCES producer, title text NOT NULL, price numeric, active boolean,
    tags text[] NOT NULL, meta jsonb, made timestamptz NOT NULL, joint pair, code must
);
CREATE TABLE stock (item integer PRIMARY KEY REFERENCES item, amount integer NOT NULL, place text);
CREATE TABLE above (id integer NOT NULL, note text NOT NULL);
CREATE TABLE below () INHERITS (above);
CREATE TABLE event (id integer NOT NULL, at date NOT NULL, note text) PARTITION BY RANGE (at);
CREATE TABLE event_2025 PARTITION OF event FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE VIEW named AS SELECT i.id, i.title, p.name AS producer FROM item i LEFT JOIN producer p ON p.id = i.producer;
CREATE VIEW priced AS SELECT id, price, title FROM item WHERE price IS NOT NULL;
CREATE MATERIALIZED VIEW kept AS SELECT id, title FROM item;
CREATE FUNCTION maybe(integer) RETURNS integer LANGUAGE sql AS 'SELECT $1';
