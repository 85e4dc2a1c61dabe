-- Migration: init
-- Problem:     The shop has nobody to sell for: producers and their pages need a place.
-- Solution:    A table of producers, found by the slug of their page.
-- Affects:     commerce.producer
--              schema commerce
-- Schema:      schema/20_commerce.sql:1 commerce
--              schema/20_commerce.sql:4 commerce.producer
-- Locks:       none
-- Hazards:     none
-- Phase:       expand
-- Transaction: yes
-- Verify:      SELECT (SELECT to_regnamespace('commerce') IS NOT NULL)
--                 AND (SELECT to_regclass('commerce.producer') IS NOT NULL)
-- Rollback:    DROP TABLE commerce.producer;
--              DROP SCHEMA commerce;

-- Written by `cargo xtask db:generate` (lockstep 0.1.0).

CREATE SCHEMA commerce;

COMMENT ON SCHEMA commerce IS 'The shop: producers, their products, orders, and what follows from an order.';

CREATE TABLE commerce.producer (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    description text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT producer_pkey PRIMARY KEY (id),
    CONSTRAINT producer_slug_key UNIQUE (slug),
    CONSTRAINT producer_name_is_not_blank CHECK ((btrim(name) <> ''::text)),
    CONSTRAINT producer_slug_is_a_path_segment CHECK ((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text))
);

COMMENT ON TABLE commerce.producer IS 'Who makes what is sold. An order goes to exactly one producer.';

COMMENT ON COLUMN commerce.producer.slug IS 'The name in addresses of pages.';
