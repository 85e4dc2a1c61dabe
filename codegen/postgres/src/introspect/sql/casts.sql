SELECT sn.nspname AS source_schema, s.typname AS source_name, tn.nspname AS target_schema, t.typname AS target_name,
       k.castcontext <> 'e' AS is_assignment, false AS is_string
FROM pg_cast k
JOIN pg_type s ON s.oid = k.castsource
JOIN pg_namespace sn ON sn.oid = s.typnamespace
JOIN pg_type t ON t.oid = k.casttarget
JOIN pg_namespace tn ON tn.oid = t.typnamespace
UNION ALL
SELECT n.nspname, t.typname, n.nspname, t.typname, false, true
FROM pg_type t
JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE t.typcategory = 'S' AND t.typtype = 'b'
