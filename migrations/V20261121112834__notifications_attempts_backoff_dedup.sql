-- Migration: notifications attempts backoff dedup
-- Problem:     A notification that fails is lost, one that fails often keeps the worker busy, and a repeated event is told twice.
-- Solution:    Count attempts, wait longer after each, give up as dead, and refuse a second notification of one key; the worker's query has an index of its own.
-- Affects:     commerce.notification_status
-- Schema:      schema/40_outbox.sql:23 commerce.notification_status
-- Locks:       none
-- Hazards:     none
-- Phase:       expand
-- Transaction: yes
-- Verify:      none
-- Rollback:    irreversible: PostgreSQL cannot remove value dead of enum commerce.notification_status

-- Written by `cargo xtask db:generate` (lockstep 0.1.0).

ALTER TYPE commerce.notification_status ADD VALUE 'dead';
