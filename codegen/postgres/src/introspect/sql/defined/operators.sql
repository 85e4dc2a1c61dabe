-- An operator that is only named by another, as its commutator or negator, is told with that one. Two operators that
-- belong together name each other, whichever of them was created first: the server loses half of that where one of them
-- was named before it was there.
SELECT 'operator', 'pg_operator'::regclass, o.oid, n.nspname::text, o.oprname::text,
       coalesce(format_type(nullif(o.oprleft, 0), NULL), 'NONE') || ', ' || format_type(o.oprright, NULL),
       concat(format('CREATE OPERATOR %I.%s (FUNCTION = %s', n.nspname, o.oprname, o.oprcode),
              ', LEFTARG = ' || format_type(nullif(o.oprleft, 0), NULL), ', RIGHTARG = ' || format_type(o.oprright, NULL)),
       ARRAY['COMMUTATOR', 'NEGATOR', 'RESTRICT', 'JOIN', 'HASHES', 'MERGES'],
       ARRAY[
           c.reference,
           g.reference,
           nullif(o.oprrest, 0)::regproc::text,
           nullif(o.oprjoin, 0)::regproc::text,
           CASE WHEN o.oprcanhash THEN 'true' END,
           CASE WHEN o.oprcanmerge THEN 'true' END
       ]
FROM pg_operator o
JOIN pg_namespace n ON n.oid = o.oprnamespace
LEFT JOIN LATERAL (
    SELECT format('OPERATOR(%I.%s)', m.nspname, c.oprname) AS reference
    FROM pg_operator c
    JOIN pg_namespace m ON m.oid = c.oprnamespace
    WHERE c.oid = o.oprcom OR c.oprcom = o.oid AND o.oprcom = 0
    ORDER BY c.oid
    LIMIT 1
) c ON true
LEFT JOIN LATERAL (
    SELECT format('OPERATOR(%I.%s)', m.nspname, g.oprname) AS reference
    FROM pg_operator g
    JOIN pg_namespace m ON m.oid = g.oprnamespace
    WHERE g.oid = o.oprnegate OR g.oprnegate = o.oid AND o.oprnegate = 0
    ORDER BY g.oid
    LIMIT 1
) g ON true
WHERE o.oid >= 16384 AND o.oprcode <> 0 AND n.nspname !~ '^pg_temp_'
