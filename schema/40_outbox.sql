CREATE TYPE commerce.event_kind AS ENUM ('order_placed', 'order_accepted', 'order_shipped', 'order_cancelled');
COMMENT ON TYPE commerce.event_kind IS 'What can happen to an order.';

CREATE TABLE commerce.event (
    id          bigint              GENERATED ALWAYS AS IDENTITY,
    order_id    bigint              NOT NULL,
    kind        commerce.event_kind NOT NULL,
    -- @rust type=crate::orders::Facts
    payload     jsonb               NOT NULL,
    occurred_at timestamptz         NOT NULL DEFAULT now(),
    CONSTRAINT event_pkey PRIMARY KEY (id),
    CONSTRAINT event_order_id_fkey FOREIGN KEY (order_id) REFERENCES commerce.order (id) ON DELETE CASCADE,
    CONSTRAINT event_payload_is_an_object CHECK (jsonb_typeof(payload) = 'object')
);
COMMENT ON TABLE commerce.event IS 'What has happened to an order. Rows are added, never changed.';
COMMENT ON COLUMN commerce.event.payload IS 'The order as it was then.';

CREATE INDEX event_order_id_idx ON commerce.event (order_id);

CREATE TYPE commerce.notification_channel AS ENUM ('customer', 'producer');
COMMENT ON TYPE commerce.notification_channel IS 'Whom a notification is for.';

CREATE TYPE commerce.notification_status AS ENUM ('pending', 'sent', 'dead');
COMMENT ON TYPE commerce.notification_status IS 'How far the delivery of a notification has come.';

CREATE TABLE commerce.notification (
    id              bigint                        GENERATED ALWAYS AS IDENTITY,
    event_id        bigint                        NOT NULL,
    channel         commerce.notification_channel NOT NULL,
    status          commerce.notification_status  NOT NULL DEFAULT 'pending',
    created_at      timestamptz                   NOT NULL DEFAULT now(),
    sent_at         timestamptz,
    error           text,
    attempts        integer                       NOT NULL DEFAULT 0,
    next_attempt_at timestamptz                   NOT NULL DEFAULT now(),
    -- @backfill 'notification:' || id
    dedup_key       text                          NOT NULL,
    CONSTRAINT notification_pkey PRIMARY KEY (id),
    CONSTRAINT notification_dedup_key_key UNIQUE (dedup_key),
    CONSTRAINT notification_attempts_is_not_negative CHECK (attempts >= 0),
    CONSTRAINT notification_sent_at_means_sent CHECK (sent_at IS NULL OR status = 'sent'),
    CONSTRAINT notification_event_id_fkey FOREIGN KEY (event_id) REFERENCES commerce.event (id) ON DELETE CASCADE
);
COMMENT ON TABLE commerce.notification IS
    'The outbox: written in the transaction of its event, delivered at least once by a worker.';
COMMENT ON COLUMN commerce.notification.error IS 'Why the last attempt failed.';
COMMENT ON COLUMN commerce.notification.attempts IS
    'Attempts begun; counted before the delivery, so that a crash counts.';
COMMENT ON COLUMN commerce.notification.next_attempt_at IS
    'Due from then on. A worker that claims the row moves it into the future: its lease.';
COMMENT ON COLUMN commerce.notification.dedup_key IS
    'One notification per key; sent along, so that the receiver knows a repetition.';

CREATE INDEX notification_event_id_idx ON commerce.notification (event_id);
CREATE INDEX notification_due_idx ON commerce.notification (next_attempt_at, id) WHERE status = 'pending';

CREATE UNLOGGED TABLE commerce.rate_limit (
    key               text        NOT NULL,
    window_started_at timestamptz NOT NULL DEFAULT now(),
    hits              integer     NOT NULL DEFAULT 1,
    CONSTRAINT rate_limit_pkey PRIMARY KEY (key),
    CONSTRAINT rate_limit_hits_is_positive CHECK (hits > 0)
);
COMMENT ON TABLE commerce.rate_limit IS 'Requests per client in the current window. Losing it costs nothing.';
COMMENT ON COLUMN commerce.rate_limit.key IS 'What is limited, and for whom: orders:192.0.2.1.';

CREATE INDEX rate_limit_window_started_at_idx ON commerce.rate_limit (window_started_at);
