CREATE SCHEMA commerce;
COMMENT ON SCHEMA commerce IS 'The shop: producers, their products, orders, and what follows from an order.';

CREATE TABLE commerce.producer (
    id          uuid        NOT NULL DEFAULT gen_random_uuid(),
    slug        text        NOT NULL,
    name        text        NOT NULL,
    description text,
    created_at  timestamptz NOT NULL DEFAULT now(),
    image_url   text,
    CONSTRAINT producer_pkey PRIMARY KEY (id),
    CONSTRAINT producer_slug_key UNIQUE (slug),
    CONSTRAINT producer_slug_is_a_path_segment CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    CONSTRAINT producer_name_is_not_blank CHECK (btrim(name) <> '')
);
COMMENT ON TABLE commerce.producer IS 'Who makes what is sold. An order goes to exactly one producer.';
COMMENT ON COLUMN commerce.producer.slug IS 'The name in addresses of pages.';
COMMENT ON COLUMN commerce.producer.image_url IS 'The picture at the head of the producer''s page.';

CREATE TABLE commerce.product (
    id           bigint      GENERATED ALWAYS AS IDENTITY,
    producer_id  uuid        NOT NULL,
    sku          text        NOT NULL,
    title        text        NOT NULL,
    price_cents  bigint      NOT NULL,
    currency     text        NOT NULL DEFAULT 'EUR',
    is_available boolean     NOT NULL DEFAULT true,
    created_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT product_pkey PRIMARY KEY (id),
    CONSTRAINT product_producer_id_sku_key UNIQUE (producer_id, sku),
    CONSTRAINT product_producer_id_fkey FOREIGN KEY (producer_id)
        REFERENCES commerce.producer (id) ON DELETE RESTRICT,
    CONSTRAINT product_title_is_not_blank CHECK (btrim(title) <> ''),
    CONSTRAINT product_price_is_not_negative CHECK (price_cents >= 0),
    CONSTRAINT product_currency_is_a_code CHECK (currency ~ '^[A-Z]{3}$')
);
COMMENT ON TABLE commerce.product IS 'Something that a producer sells. Its title and price may change at any time.';
COMMENT ON COLUMN commerce.product.sku IS 'The producer''s own article number.';
COMMENT ON COLUMN commerce.product.price_cents IS 'The price of one piece, in hundredths of the currency.';
COMMENT ON COLUMN commerce.product.currency IS 'ISO 4217.';
