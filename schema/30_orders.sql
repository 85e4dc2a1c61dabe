CREATE TYPE commerce.order_status AS ENUM ('placed', 'accepted', 'shipped', 'cancelled');
COMMENT ON TYPE commerce.order_status IS 'How far an order has come.';

CREATE TABLE commerce.order (
    id              bigint                GENERATED ALWAYS AS IDENTITY,
    producer_id     uuid                  NOT NULL,
    status          commerce.order_status NOT NULL DEFAULT 'placed',
    -- @sensitive
    customer_name   text                  NOT NULL,
    -- @sensitive
    customer_email  text                  NOT NULL,
    total_cents     bigint                NOT NULL,
    currency        text                  NOT NULL,
    idempotency_key text,
    created_at      timestamptz           NOT NULL DEFAULT now(),
    -- @sensitive
    public_token    uuid                  NOT NULL DEFAULT gen_random_uuid(),
    CONSTRAINT order_pkey PRIMARY KEY (id),
    CONSTRAINT order_idempotency_key_key UNIQUE (idempotency_key),
    CONSTRAINT order_producer_id_fkey FOREIGN KEY (producer_id)
        REFERENCES commerce.producer (id) ON DELETE RESTRICT,
    CONSTRAINT order_total_is_not_negative CHECK (total_cents >= 0),
    CONSTRAINT order_currency_is_a_code CHECK (currency ~ '^[A-Z]{3}$')
);
COMMENT ON TABLE commerce.order IS 'What a customer has ordered from one producer.';
COMMENT ON COLUMN commerce.order.total_cents IS 'The sum of the items, in hundredths of the currency.';
COMMENT ON COLUMN commerce.order.idempotency_key IS
    'Chosen by the client, so that a repeated request places one order.';
COMMENT ON COLUMN commerce.order.public_token IS 'Who holds it may follow the order without signing in.';

CREATE INDEX order_producer_id_created_at_idx ON commerce.order (producer_id, created_at);
CREATE UNIQUE INDEX order_public_token_key ON commerce.order (public_token);

CREATE TABLE commerce.order_item (
    id                   bigint  GENERATED ALWAYS AS IDENTITY,
    order_id             bigint  NOT NULL,
    product_id           bigint,
    quantity             integer NOT NULL,
    title_snapshot       text    NOT NULL,
    price_cents_snapshot bigint  NOT NULL,
    CONSTRAINT order_item_pkey PRIMARY KEY (id),
    CONSTRAINT order_item_product_id_order_id_key UNIQUE (product_id, order_id),
    CONSTRAINT order_item_order_id_fkey FOREIGN KEY (order_id) REFERENCES commerce.order (id) ON DELETE CASCADE,
    CONSTRAINT order_item_product_id_fkey FOREIGN KEY (product_id) REFERENCES commerce.product (id) ON DELETE SET NULL,
    CONSTRAINT order_item_quantity_is_positive CHECK (quantity > 0),
    CONSTRAINT order_item_price_is_not_negative CHECK (price_cents_snapshot >= 0)
);
COMMENT ON TABLE commerce.order_item IS 'A line of an order, as it was on the day.';
COMMENT ON COLUMN commerce.order_item.product_id IS 'None once the product is gone; the snapshots remain.';
COMMENT ON COLUMN commerce.order_item.title_snapshot IS 'The title that the customer saw.';
COMMENT ON COLUMN commerce.order_item.price_cents_snapshot IS 'The price of one piece that the customer agreed to.';

CREATE INDEX order_item_order_id_idx ON commerce.order_item (order_id);
