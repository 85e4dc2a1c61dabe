-- The NOT NULL of a table's column is modelled with it, unless it is inherited and differs from what is inherited.
-- That of a domain keeps the name that the server has given when the domain is renamed: `…_not_null`.
SELECT k.kind, 'pg_constraint'::regclass::oid, k.oid, 0, k.detail, k.transaction
FROM (
    SELECT o.oid, o.xmin AS transaction,
           CASE WHEN o.contype NOT IN ('p', 'u', 'f', 'c', 'x', 't', 'n') THEN 'constraint of kind ' || o.contype::text
                WHEN o.contype = 'n' THEN 'not null constraint' END AS kind,
           CASE WHEN o.contype <> 'n' OR o.conrelid <> 0 AND o.coninhcount = 0 THEN NULL
                WHEN NOT o.convalidated THEN 'not valid'
                WHEN o.connoinherit THEN 'no inherit'
                WHEN o.contypid = 0 AND o.conname !~ '_not_null[0-9]*$' THEN 'has a name of its own'
           END AS detail
    FROM pg_constraint o
    JOIN (
        SELECT oid, 0 AS domain FROM relation WHERE relkind IN ('r', 'p', 'f')
        UNION ALL
        SELECT 0, t.oid FROM pg_type t JOIN user_schema n ON n.oid = t.typnamespace
        WHERE t.typtype = 'd'
          AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_type'::regclass AND m.objid = t.oid)
    ) c ON c.oid = o.conrelid AND c.domain = o.contypid
) k
WHERE k.kind IS NOT NULL AND (k.kind <> 'not null constraint' OR k.detail IS NOT NULL)
