-- Migration: notifications attempts backoff dedup 2
-- Problem:     A notification that fails is lost, one that fails often keeps the worker busy, and a repeated event is told twice.
-- Solution:    Count attempts, wait longer after each, give up as dead, and refuse a second notification of one key; the worker's query has an index of its own.
-- Affects:     commerce.notification
-- Schema:      schema/40_outbox.sql:26 commerce.notification.notification_pending_idx
--              schema/40_outbox.sql:34 commerce.notification.attempts
--              schema/40_outbox.sql:35 commerce.notification.next_attempt_at
--              schema/40_outbox.sql:37 commerce.notification.dedup_key
--              schema/40_outbox.sql:39 commerce.notification.notification_dedup_key_key
--              schema/40_outbox.sql:40 commerce.notification.notification_attempts_is_not_negative
--              schema/40_outbox.sql:55 commerce.notification.notification_due_idx
-- Locks:       ACCESS EXCLUSIVE commerce.notification (no rewrite) [measured, PostgreSQL 15.18]
-- Hazards:     may-fail commerce.notification.dedup_key (rows without a value stop it)
--              may-fail commerce.notification.notification_attempts_is_not_negative (rows that do not satisfy it stop it)
--              may-fail commerce.notification.notification_dedup_key_key (duplicate keys stop it)
-- Phase:       backfill
-- Transaction: yes
-- Verify:      SELECT (SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('commerce.notification') AND attname = 'attempts' AND NOT attisdropped))
--                 AND (SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('commerce.notification') AND attname = 'next_attempt_at' AND NOT attisdropped))
--                 AND (SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('commerce.notification') AND attname = 'dedup_key' AND NOT attisdropped))
--                 AND (SELECT count(*) = 0 FROM commerce.notification WHERE dedup_key IS NULL)
--                 AND (SELECT indisvalid FROM pg_catalog.pg_index WHERE indexrelid = to_regclass('commerce.notification_due_idx'))
-- Rollback:    CREATE INDEX notification_pending_idx ON commerce.notification USING btree (id) WHERE (status = 'pending'::commerce.notification_status);
--              DROP INDEX commerce.notification_due_idx;
--              ALTER TABLE commerce.notification DROP CONSTRAINT notification_dedup_key_key;
--              ALTER TABLE commerce.notification DROP CONSTRAINT notification_attempts_is_not_negative;
--              ALTER TABLE commerce.notification ALTER COLUMN dedup_key DROP NOT NULL;
--              ALTER TABLE commerce.notification DROP COLUMN dedup_key;
--              ALTER TABLE commerce.notification DROP COLUMN next_attempt_at;
--              ALTER TABLE commerce.notification DROP COLUMN attempts;

-- Written by `cargo xtask db:generate` (lockstep 0.1.0).

ALTER TABLE commerce.notification ADD COLUMN attempts integer DEFAULT 0 NOT NULL;

COMMENT ON COLUMN commerce.notification.attempts IS 'Attempts begun; counted before the delivery, so that a crash counts.';

ALTER TABLE commerce.notification ADD COLUMN next_attempt_at timestamp with time zone DEFAULT now() NOT NULL;

COMMENT ON COLUMN commerce.notification.next_attempt_at IS 'Due from then on. A worker that claims the row moves it into the future: its lease.';

ALTER TABLE commerce.notification ADD COLUMN dedup_key text;

COMMENT ON COLUMN commerce.notification.dedup_key IS 'One notification per key; sent along, so that the receiver knows a repetition.';

UPDATE commerce.notification SET dedup_key = 'notification:' || id;

ALTER TABLE commerce.notification ALTER COLUMN dedup_key SET NOT NULL;

ALTER TABLE commerce.notification ADD CONSTRAINT notification_attempts_is_not_negative CHECK ((attempts >= 0));

ALTER TABLE commerce.notification ADD CONSTRAINT notification_dedup_key_key UNIQUE (dedup_key);

CREATE INDEX notification_due_idx ON commerce.notification USING btree (next_attempt_at, id) WHERE (status = 'pending'::commerce.notification_status);

DROP INDEX commerce.notification_pending_idx;
