-- What the user put into the system's schemas.
SELECT 'object in a system schema', o.class, o.oid, 0, NULL, o.transaction
FROM (
    SELECT 'pg_proc'::regclass::oid AS class, oid, pronamespace AS namespace, xmin AS transaction FROM pg_proc
    UNION ALL
    SELECT 'pg_statistic_ext'::regclass, oid, stxnamespace, xmin FROM pg_statistic_ext
    UNION ALL
    SELECT 'pg_class'::regclass, oid, relnamespace, xmin FROM pg_class WHERE relkind IN ('r', 'v', 'm', 'S', 'p', 'f', 'c')
    UNION ALL
    SELECT 'pg_type'::regclass, oid, typnamespace, xmin FROM pg_type WHERE typrelid = 0 AND typcategory <> 'A' AND typtype <> 'm'
) o
JOIN pg_namespace n ON n.oid = o.namespace
WHERE o.oid >= 16384
  AND n.nspname IN ('pg_catalog', 'information_schema')
  AND NOT EXISTS (SELECT FROM member m WHERE m.classid = o.class AND m.objid = o.oid)
