-- What a subscription connects with is never read, and whether it runs is not part of a schema: the server itself stops
-- one that fails. Columns that a server lacks resolve to the outer `absent`: most users may not read the row as a whole.
SELECT 'subscription', 'pg_subscription'::regclass, s.oid, NULL, s.subname::text, NULL,
       format('CREATE SUBSCRIPTION %I CONNECTION ''''', s.subname),
       ARRAY['PUBLICATION', 'slot_name', 'binary', 'streaming', 'synchronous_commit', 'two_phase', 'disable_on_error',
             'password_required', 'run_as_owner', 'origin', 'failover'],
       ARRAY[
           (SELECT string_agg(quote_ident(p), ', ' ORDER BY n) FROM unnest(s.subpublications) WITH ORDINALITY u (p, n)),
           coalesce(quote_literal(s.subslotname), 'NONE'),
           CASE WHEN s.subbinary THEN 'true' END,
           CASE later.streaming WHEN 'true' THEN 'on' WHEN 't' THEN 'on' WHEN 'p' THEN 'parallel' ELSE 'off' END,
           CASE WHEN s.subsynccommit <> 'off' THEN quote_literal(s.subsynccommit) END,
           CASE WHEN later.two_phase <> 'd' THEN 'true' END,
           CASE WHEN later.disable_on_error THEN 'true' END,
           CASE WHEN NOT later.password_required THEN 'false' END,
           CASE WHEN later.run_as_owner THEN 'true' END,
           CASE WHEN later.origin <> 'any' THEN quote_literal(later.origin) END,
           CASE WHEN later.failover THEN 'true' END
       ]
FROM (
    SELECT oid, subdbid, subname, subslotname, subbinary, subsynccommit, subpublications FROM pg_subscription
) s
JOIN pg_database d ON d.oid = s.subdbid AND d.datname = current_database()
CROSS JOIN (
    SELECT 'd'::"char" AS subtwophasestate, false AS subdisableonerr, true AS subpasswordrequired,
           false AS subrunasowner, 'any' AS suborigin, false AS subfailover
) absent
CROSS JOIN LATERAL (
    SELECT substream::text AS streaming, subtwophasestate AS two_phase, subdisableonerr AS disable_on_error,
           subpasswordrequired AS password_required, subrunasowner AS run_as_owner, suborigin AS origin,
           subfailover AS failover
    FROM pg_subscription l
    WHERE l.oid = s.oid
) later
