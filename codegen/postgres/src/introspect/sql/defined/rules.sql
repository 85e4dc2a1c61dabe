SELECT 'rule', 'pg_rewrite'::regclass, r.oid, c.nspname::text, c.relname::text, r.rulename::text,
       rtrim(pg_get_ruledef(r.oid), ';'),
       ARRAY['STATE'],
       ARRAY[CASE r.ev_enabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' WHEN 'A' THEN 'ENABLE ALWAYS' END]
FROM relation c
JOIN pg_rewrite r ON r.ev_class = c.oid
WHERE r.rulename <> '_RETURN'
