-- Migration: add producer image
-- Problem:     Producers' pages open with a picture, and there is nowhere to keep its address.
-- Solution:    A nullable column: pages without a picture stay as they are.
-- Affects:     commerce.producer
-- Schema:      schema/20_commerce.sql:10 commerce.producer.image_url
-- Locks:       ACCESS EXCLUSIVE commerce.producer (no rewrite) [measured, PostgreSQL 15.18]
-- Hazards:     none
-- Phase:       expand
-- Transaction: yes
-- Verify:      SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('commerce.producer') AND attname = 'image_url' AND NOT attisdropped)
-- Rollback:    ALTER TABLE commerce.producer DROP COLUMN image_url;

-- Written by `cargo xtask db:generate` (lockstep 0.1.0).

ALTER TABLE commerce.producer ADD COLUMN image_url text;

COMMENT ON COLUMN commerce.producer.image_url IS 'The picture at the head of the producer''s page.';
