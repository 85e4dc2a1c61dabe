-- The columns that a partition key reads depend on the table, not the other way round.
SELECT c.oid, c.nspname AS schema, c.relname AS name, c.relpersistence AS persistence,
       -- A foreign table has none, which the server writes as `NOTHING`.
       CASE WHEN c.relkind = 'f' THEN 'd'::"char" ELSE c.relreplident END AS replica_identity, ri.relname AS replica_index,
       c.reloptions AS options, t.reloptions AS toast_options, d.description AS comment,
       c.relrowsecurity AS row_security, c.relforcerowsecurity AS forced_row_security,
       c.relkind = 'p' AS is_partitioned, CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS partition_key,
       ARRAY(
           SELECT a.attname::text
           FROM pg_depend o
           JOIN pg_attribute a ON a.attrelid = o.objid AND a.attnum = o.objsubid
           WHERE c.relkind = 'p' AND o.classid = 'pg_class'::regclass AND o.objid = c.oid AND a.attnum > 0
             AND o.refclassid = 'pg_class'::regclass AND o.refobjid = c.oid AND o.refobjsubid = 0
           ORDER BY a.attnum
       ) AS partition_columns,
       c.relispartition AS is_partition, pg_get_expr(c.relpartbound, c.oid) AS bound,
       CASE WHEN c.relispartition AND c.relkind <> 'f' THEN pg_get_partition_constraintdef(c.oid) END AS partition_constraint,
       h.schemas AS parent_schemas, h.names AS parent_names,
       tn.nspname AS type_schema, ty.typname AS type_name, s.srvname AS server, f.ftoptions AS foreign_options,
       nullif(am.amname, 'heap') AS access_method, ts.spcname AS tablespace
FROM relation c
LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
LEFT JOIN (pg_index x JOIN pg_class ri ON ri.oid = x.indexrelid) ON x.indrelid = c.oid AND x.indisreplident
LEFT JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = 0
LEFT JOIN (
    SELECT i.inhrelid, array_agg(n.nspname::text ORDER BY i.inhseqno) AS schemas,
           array_agg(p.relname::text ORDER BY i.inhseqno) AS names
    FROM pg_inherits i
    JOIN pg_class p ON p.oid = i.inhparent
    JOIN pg_namespace n ON n.oid = p.relnamespace
    GROUP BY i.inhrelid
) h ON h.inhrelid = c.oid
LEFT JOIN (pg_type ty JOIN pg_namespace tn ON tn.oid = ty.typnamespace) ON ty.oid = c.reloftype
LEFT JOIN pg_foreign_table f ON f.ftrelid = c.oid
LEFT JOIN pg_foreign_server s ON s.oid = f.ftserver
LEFT JOIN pg_am am ON am.oid = c.relam
LEFT JOIN pg_tablespace ts ON ts.oid = c.reltablespace
WHERE c.relkind IN ('r', 'p', 'f')
