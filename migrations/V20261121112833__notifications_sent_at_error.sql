-- Migration: notifications sent at error
-- Problem:     Nobody can tell when a notification was sent, or why one was not.
-- Solution:    The time of sending, and the reason of the last failure, on each notification.
-- Affects:     commerce.notification
-- Schema:      schema/40_outbox.sql:32 commerce.notification.sent_at
--              schema/40_outbox.sql:33 commerce.notification.error
--              schema/40_outbox.sql:35 commerce.notification.notification_sent_at_means_sent
-- Locks:       ACCESS EXCLUSIVE commerce.notification (no rewrite) [measured, PostgreSQL 15.18]
-- Hazards:     may-fail commerce.notification.notification_sent_at_means_sent (rows that do not satisfy it stop it)
-- Phase:       expand
-- Transaction: yes
-- Verify:      SELECT (SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('commerce.notification') AND attname = 'sent_at' AND NOT attisdropped))
--                 AND (SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('commerce.notification') AND attname = 'error' AND NOT attisdropped))
-- Rollback:    ALTER TABLE commerce.notification DROP CONSTRAINT notification_sent_at_means_sent;
--              ALTER TABLE commerce.notification DROP COLUMN error;
--              ALTER TABLE commerce.notification DROP COLUMN sent_at;

-- Written by `cargo xtask db:generate` (lockstep 0.1.0).

ALTER TABLE commerce.notification ADD COLUMN sent_at timestamp with time zone;

ALTER TABLE commerce.notification ADD COLUMN error text;

COMMENT ON COLUMN commerce.notification.error IS 'Why the last attempt failed.';

ALTER TABLE commerce.notification ADD CONSTRAINT notification_sent_at_means_sent CHECK (((sent_at IS NULL) OR (status = 'sent'::commerce.notification_status)));
