-- Migration: add orderitem snapshots
-- Problem:     Orders cannot be taken. Products change their titles and prices, and an order must go on saying what its customer saw and agreed to.
-- Solution:    Products, orders and order items; each item keeps the title and the price of its day, and outlives its product.
-- Affects:     commerce.order
--              commerce.order_item
--              commerce.order_status
--              commerce.product
-- Schema:      schema/20_commerce.sql:20 commerce.product
--              schema/20_commerce.sql:31 commerce.product.product_producer_id_fkey
--              schema/30_orders.sql:1 commerce.order_status
--              schema/30_orders.sql:4 commerce.order
--              schema/30_orders.sql:18 commerce.order.order_producer_id_fkey
--              schema/30_orders.sql:28 commerce.order.order_producer_id_created_at_idx
--              schema/30_orders.sql:30 commerce.order_item
--              schema/30_orders.sql:39 commerce.order_item.order_item_order_id_fkey
--              schema/30_orders.sql:40 commerce.order_item.order_item_product_id_fkey
--              schema/30_orders.sql:49 commerce.order_item.order_item_order_id_idx
-- Locks:       SHARE ROW EXCLUSIVE commerce.producer [measured, PostgreSQL 15.18]
-- Hazards:     none
-- Phase:       expand
-- Transaction: yes
-- Verify:      SELECT (SELECT to_regtype('commerce.order_status') IS NOT NULL)
--                 AND (SELECT to_regclass('commerce."order"') IS NOT NULL)
--                 AND (SELECT to_regclass('commerce.order_item') IS NOT NULL)
--                 AND (SELECT to_regclass('commerce.product') IS NOT NULL)
--                 AND (SELECT indisvalid FROM pg_catalog.pg_index WHERE indexrelid = to_regclass('commerce.order_producer_id_created_at_idx'))
--                 AND (SELECT indisvalid FROM pg_catalog.pg_index WHERE indexrelid = to_regclass('commerce.order_item_order_id_idx'))
-- Rollback:    DROP INDEX commerce.order_item_order_id_idx;
--              DROP INDEX commerce.order_producer_id_created_at_idx;
--              ALTER TABLE commerce.product DROP CONSTRAINT product_producer_id_fkey;
--              ALTER TABLE commerce.order_item DROP CONSTRAINT order_item_product_id_fkey;
--              ALTER TABLE commerce.order_item DROP CONSTRAINT order_item_order_id_fkey;
--              ALTER TABLE commerce."order" DROP CONSTRAINT order_producer_id_fkey;
--              DROP TABLE commerce.product;
--              DROP TABLE commerce.order_item;
--              DROP TABLE commerce."order";
--              DROP TYPE commerce.order_status;

-- Written by `cargo xtask db:generate` (lockstep 0.1.0).

CREATE TYPE commerce.order_status AS ENUM ('placed', 'accepted', 'shipped', 'cancelled');

COMMENT ON TYPE commerce.order_status IS 'How far an order has come.';

CREATE TABLE commerce."order" (
    id bigint GENERATED ALWAYS AS IDENTITY,
    producer_id uuid NOT NULL,
    status commerce.order_status DEFAULT 'placed'::commerce.order_status NOT NULL,
    customer_name text NOT NULL,
    customer_email text NOT NULL,
    total_cents bigint NOT NULL,
    currency text NOT NULL,
    idempotency_key text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT order_pkey PRIMARY KEY (id),
    CONSTRAINT order_idempotency_key_key UNIQUE (idempotency_key),
    CONSTRAINT order_currency_is_a_code CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT order_total_is_not_negative CHECK ((total_cents >= 0))
);

COMMENT ON TABLE commerce."order" IS 'What a customer has ordered from one producer.';

COMMENT ON COLUMN commerce."order".total_cents IS 'The sum of the items, in hundredths of the currency.';

COMMENT ON COLUMN commerce."order".idempotency_key IS 'Chosen by the client, so that a repeated request places one order.';

CREATE TABLE commerce.order_item (
    id bigint GENERATED ALWAYS AS IDENTITY,
    order_id bigint NOT NULL,
    product_id bigint,
    quantity integer NOT NULL,
    title_snapshot text NOT NULL,
    price_cents_snapshot bigint NOT NULL,
    CONSTRAINT order_item_pkey PRIMARY KEY (id),
    CONSTRAINT order_item_product_id_order_id_key UNIQUE (product_id, order_id),
    CONSTRAINT order_item_price_is_not_negative CHECK ((price_cents_snapshot >= 0)),
    CONSTRAINT order_item_quantity_is_positive CHECK ((quantity > 0))
);

COMMENT ON TABLE commerce.order_item IS 'A line of an order, as it was on the day.';

COMMENT ON COLUMN commerce.order_item.product_id IS 'None once the product is gone; the snapshots remain.';

COMMENT ON COLUMN commerce.order_item.title_snapshot IS 'The title that the customer saw.';

COMMENT ON COLUMN commerce.order_item.price_cents_snapshot IS 'The price of one piece that the customer agreed to.';

CREATE TABLE commerce.product (
    id bigint GENERATED ALWAYS AS IDENTITY,
    producer_id uuid NOT NULL,
    sku text NOT NULL,
    title text NOT NULL,
    price_cents bigint NOT NULL,
    currency text DEFAULT 'EUR'::text NOT NULL,
    is_available boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT product_pkey PRIMARY KEY (id),
    CONSTRAINT product_producer_id_sku_key UNIQUE (producer_id, sku),
    CONSTRAINT product_currency_is_a_code CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT product_price_is_not_negative CHECK ((price_cents >= 0)),
    CONSTRAINT product_title_is_not_blank CHECK ((btrim(title) <> ''::text))
);

COMMENT ON TABLE commerce.product IS 'Something that a producer sells. Its title and price may change at any time.';

COMMENT ON COLUMN commerce.product.sku IS 'The producer''s own article number.';

COMMENT ON COLUMN commerce.product.price_cents IS 'The price of one piece, in hundredths of the currency.';

COMMENT ON COLUMN commerce.product.currency IS 'ISO 4217.';

ALTER TABLE commerce."order" ADD CONSTRAINT order_producer_id_fkey FOREIGN KEY (producer_id) REFERENCES commerce.producer(id) ON DELETE RESTRICT;

ALTER TABLE commerce.order_item ADD CONSTRAINT order_item_order_id_fkey FOREIGN KEY (order_id) REFERENCES commerce."order"(id) ON DELETE CASCADE;

ALTER TABLE commerce.order_item ADD CONSTRAINT order_item_product_id_fkey FOREIGN KEY (product_id) REFERENCES commerce.product(id) ON DELETE SET NULL;

ALTER TABLE commerce.product ADD CONSTRAINT product_producer_id_fkey FOREIGN KEY (producer_id) REFERENCES commerce.producer(id) ON DELETE RESTRICT;

CREATE INDEX order_producer_id_created_at_idx ON commerce."order" USING btree (producer_id, created_at);

CREATE INDEX order_item_order_id_idx ON commerce.order_item USING btree (order_id);
