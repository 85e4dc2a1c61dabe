-- name: hit :one
-- Counts a request; how many there were in the current window of so many seconds, this one included.
INSERT INTO commerce.rate_limit AS current (key) VALUES (@key)
ON CONFLICT (key) DO UPDATE SET
    hits = CASE WHEN current.window_started_at > now() - make_interval(secs => @seconds) THEN current.hits + 1 ELSE 1 END,
    window_started_at = CASE WHEN current.window_started_at > now() - make_interval(secs => @seconds)
        THEN current.window_started_at ELSE now() END
RETURNING hits;

-- name: sweep :exec
-- Forgets windows that are over.
DELETE FROM commerce.rate_limit WHERE window_started_at < now() - make_interval(secs => @seconds);
