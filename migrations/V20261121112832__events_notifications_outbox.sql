-- Migration: events notifications outbox
-- Problem:     Customers and producers must hear of an order exactly when it is committed, and one client must not be able to flood the shop.
-- Solution:    An event per change of an order and an outbox of notifications, both written in the order's transaction; a counter per client.
-- Affects:     commerce.event
--              commerce.event_kind
--              commerce.notification
--              commerce.notification_channel
--              commerce.notification_status
--              commerce.rate_limit
-- Schema:      schema/40_outbox.sql:1 commerce.event_kind
--              schema/40_outbox.sql:4 commerce.event
--              schema/40_outbox.sql:12 commerce.event.event_order_id_fkey
--              schema/40_outbox.sql:18 commerce.event.event_order_id_idx
--              schema/40_outbox.sql:20 commerce.notification_channel
--              schema/40_outbox.sql:23 commerce.notification_status
--              schema/40_outbox.sql:26 commerce.notification
--              schema/40_outbox.sql:33 commerce.notification.notification_event_id_fkey
--              schema/40_outbox.sql:38 commerce.notification.notification_event_id_idx
--              schema/40_outbox.sql:39 commerce.notification.notification_pending_idx
--              schema/40_outbox.sql:41 commerce.rate_limit
--              schema/40_outbox.sql:51 commerce.rate_limit.rate_limit_window_started_at_idx
-- Locks:       SHARE ROW EXCLUSIVE commerce.order [measured, PostgreSQL 15.18]
-- Hazards:     none
-- Phase:       expand
-- Transaction: yes
-- Verify:      SELECT (SELECT to_regtype('commerce.event_kind') IS NOT NULL)
--                 AND (SELECT to_regtype('commerce.notification_channel') IS NOT NULL)
--                 AND (SELECT to_regtype('commerce.notification_status') IS NOT NULL)
--                 AND (SELECT to_regclass('commerce.event') IS NOT NULL)
--                 AND (SELECT to_regclass('commerce.notification') IS NOT NULL)
--                 AND (SELECT to_regclass('commerce.rate_limit') IS NOT NULL)
--                 AND (SELECT indisvalid FROM pg_catalog.pg_index WHERE indexrelid = to_regclass('commerce.event_order_id_idx'))
--                 AND (SELECT indisvalid FROM pg_catalog.pg_index WHERE indexrelid = to_regclass('commerce.notification_event_id_idx'))
--                 AND (SELECT indisvalid FROM pg_catalog.pg_index WHERE indexrelid = to_regclass('commerce.notification_pending_idx'))
--                 AND (SELECT indisvalid FROM pg_catalog.pg_index WHERE indexrelid = to_regclass('commerce.rate_limit_window_started_at_idx'))
-- Rollback:    DROP INDEX commerce.rate_limit_window_started_at_idx;
--              DROP INDEX commerce.notification_pending_idx;
--              DROP INDEX commerce.notification_event_id_idx;
--              DROP INDEX commerce.event_order_id_idx;
--              ALTER TABLE commerce.notification DROP CONSTRAINT notification_event_id_fkey;
--              ALTER TABLE commerce.event DROP CONSTRAINT event_order_id_fkey;
--              DROP TABLE commerce.rate_limit;
--              DROP TABLE commerce.notification;
--              DROP TABLE commerce.event;
--              DROP TYPE commerce.notification_status;
--              DROP TYPE commerce.notification_channel;
--              DROP TYPE commerce.event_kind;

-- Written by `cargo xtask db:generate` (lockstep 0.1.0).

CREATE TYPE commerce.event_kind AS ENUM ('order_placed', 'order_accepted', 'order_shipped', 'order_cancelled');

COMMENT ON TYPE commerce.event_kind IS 'What can happen to an order.';

CREATE TYPE commerce.notification_channel AS ENUM ('customer', 'producer');

COMMENT ON TYPE commerce.notification_channel IS 'Whom a notification is for.';

CREATE TYPE commerce.notification_status AS ENUM ('pending', 'sent');

COMMENT ON TYPE commerce.notification_status IS 'How far the delivery of a notification has come.';

CREATE TABLE commerce.event (
    id bigint GENERATED ALWAYS AS IDENTITY,
    order_id bigint NOT NULL,
    kind commerce.event_kind NOT NULL,
    payload jsonb NOT NULL,
    occurred_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT event_pkey PRIMARY KEY (id),
    CONSTRAINT event_payload_is_an_object CHECK ((jsonb_typeof(payload) = 'object'::text))
);

COMMENT ON TABLE commerce.event IS 'What has happened to an order. Rows are added, never changed.';

COMMENT ON COLUMN commerce.event.payload IS 'The order as it was then.';

CREATE TABLE commerce.notification (
    id bigint GENERATED ALWAYS AS IDENTITY,
    event_id bigint NOT NULL,
    channel commerce.notification_channel NOT NULL,
    status commerce.notification_status DEFAULT 'pending'::commerce.notification_status NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT notification_pkey PRIMARY KEY (id)
);

COMMENT ON TABLE commerce.notification IS 'The outbox: written in the transaction of its event, delivered at least once by a worker.';

CREATE UNLOGGED TABLE commerce.rate_limit (
    key text NOT NULL,
    window_started_at timestamp with time zone DEFAULT now() NOT NULL,
    hits integer DEFAULT 1 NOT NULL,
    CONSTRAINT rate_limit_pkey PRIMARY KEY (key),
    CONSTRAINT rate_limit_hits_is_positive CHECK ((hits > 0))
);

COMMENT ON TABLE commerce.rate_limit IS 'Requests per client in the current window. Losing it costs nothing.';

COMMENT ON COLUMN commerce.rate_limit.key IS 'What is limited, and for whom: orders:192.0.2.1.';

ALTER TABLE commerce.event ADD CONSTRAINT event_order_id_fkey FOREIGN KEY (order_id) REFERENCES commerce."order"(id) ON DELETE CASCADE;

ALTER TABLE commerce.notification ADD CONSTRAINT notification_event_id_fkey FOREIGN KEY (event_id) REFERENCES commerce.event(id) ON DELETE CASCADE;

CREATE INDEX event_order_id_idx ON commerce.event USING btree (order_id);

CREATE INDEX notification_event_id_idx ON commerce.notification USING btree (event_id);

CREATE INDEX notification_pending_idx ON commerce.notification USING btree (id) WHERE (status = 'pending'::commerce.notification_status);

CREATE INDEX rate_limit_window_started_at_idx ON commerce.rate_limit USING btree (window_started_at);
