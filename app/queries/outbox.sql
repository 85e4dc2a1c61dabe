-- The few statements of the outbox that no accessor writes, because they must claim and settle in one step each. Every
-- settlement names the attempt that it settles: a worker whose lease ran out changes nothing.

-- name: claim :many
-- Takes due notifications and keeps other workers away from them for the time of a lease, in seconds.
WITH due AS (
    SELECT id FROM commerce.notification
    WHERE status = 'pending' AND next_attempt_at <= now()
    ORDER BY next_attempt_at, id LIMIT @most FOR UPDATE SKIP LOCKED
), claimed AS (
    UPDATE commerce.notification AS notification
    SET attempts = notification.attempts + 1, next_attempt_at = now() + make_interval(secs => @lease)
    FROM due WHERE notification.id = due.id
    RETURNING notification.id, notification.event_id, notification.channel, notification.attempts,
        notification.dedup_key
)
SELECT claimed.id, claimed.attempts, claimed.dedup_key, claimed.channel::text AS channel,
    event.kind::text AS kind, event.occurred_at, event.payload, ordered.public_token, ordered.customer_email
FROM claimed
JOIN commerce.event ON event.id = claimed.event_id
JOIN commerce.order AS ordered ON ordered.id = event.order_id
ORDER BY claimed.id;

-- name: sent :execrows
-- The receiver has it.
UPDATE commerce.notification SET status = 'sent', sent_at = now(), error = NULL
WHERE id = @id AND attempts = @attempts AND status = 'pending';

-- name: failed :execrows
-- It did not arrive; the next attempt comes after a pause in seconds. Jitter keeps failures that came together from
-- coming together again.
UPDATE commerce.notification
SET error = left(@error, 500), next_attempt_at = now() + make_interval(secs => @pause * (0.5 + random() / 2))
WHERE id = @id AND attempts = @attempts AND status = 'pending';

-- name: dead :execrows
-- It did not arrive, and never will.
UPDATE commerce.notification SET status = 'dead', error = left(@error, 500)
WHERE id = @id AND attempts = @attempts AND status = 'pending';

-- name: depth :one
-- What waits: how many notifications, the attempts behind them, and for how many seconds the oldest one has been due.
SELECT count(*) AS pending, coalesce(sum(attempts), 0)::bigint AS attempts,
    greatest(coalesce(extract(epoch FROM now() - min(next_attempt_at)), 0), 0)::double precision AS lag
FROM commerce.notification WHERE status = 'pending';
