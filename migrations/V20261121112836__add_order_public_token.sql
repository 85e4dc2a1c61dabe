-- Migration: add order public token
-- Problem:     Customers have no account: they need a link to their order that cannot be guessed from another one.
-- Solution:    A random token per order, filled in for existing orders, unique, and never derived from the id.
-- Affects:     commerce.order
-- Schema:      schema/30_orders.sql:17 commerce.order.public_token
--              schema/30_orders.sql:32 commerce.order.order_public_token_key
-- Locks:       ACCESS EXCLUSIVE commerce.order (rewrite) [measured, PostgreSQL 15.18]
-- Hazards:     may-fail commerce.order.order_public_token_key (duplicate keys stop it)
--              rewrite commerce.order (the table is written anew under a lock that stops everyone)
-- Phase:       expand
-- Transaction: yes
-- Verify:      SELECT (SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('commerce."order"') AND attname = 'public_token' AND NOT attisdropped))
--                 AND (SELECT indisvalid FROM pg_catalog.pg_index WHERE indexrelid = to_regclass('commerce.order_public_token_key'))
-- Rollback:    DROP INDEX commerce.order_public_token_key;
--              ALTER TABLE commerce."order" DROP COLUMN public_token;

-- Written by `cargo xtask db:generate` (lockstep 0.1.0).

ALTER TABLE commerce."order" ADD COLUMN public_token uuid DEFAULT gen_random_uuid() NOT NULL;

COMMENT ON COLUMN commerce."order".public_token IS 'Who holds it may follow the order without signing in.';

CREATE UNIQUE INDEX order_public_token_key ON commerce."order" USING btree (public_token);
