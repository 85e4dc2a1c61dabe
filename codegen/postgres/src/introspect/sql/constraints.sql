-- Servers before 18 have neither `conenforced` nor `conperiod`: there the names resolve to the outer `absent`.
-- A foreign key to a partitioned table has a row for each of its partitions beside its own: those are the server's.
SELECT k.oid, k.conrelid AS relation, k.conname AS name, k.contype AS kind,
       k.condeferrable AS deferrable, k.condeferred AS deferred, k.convalidated AND coalesce(x.indisvalid, true) AS validated,
       later.enforced, later.temporal,
       pg_get_constraintdef(k.oid) AS definition,
       k.conkey AS columns, k.confrelid AS references,
       rn.nspname AS referenced_schema, r.relname AS referenced_table,
       ARRAY(
           SELECT a.attname::text
           FROM unnest(k.confkey) WITH ORDINALITY AS f (number, place)
           JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = f.number
           ORDER BY f.place
       ) AS referenced_columns,
       CASE WHEN k.conparentid <> 0 THEN p.conname WHEN k.contype = 'c' AND k.coninhcount > 0 THEN k.conname END AS parent,
       k.coninhcount > 0 AND k.conislocal AS local,
       ts.spcname AS tablespace, i.oid AS index, i.reloptions AS options, x.indisclustered AS clustered,
       s.numbers AS statistics_columns, s.targets AS statistics_targets,
       obj_description(i.oid, 'pg_class') AS index_comment, d.description AS comment
FROM relation c
JOIN pg_constraint k ON k.conrelid = c.oid
CROSS JOIN (SELECT true AS conenforced, false AS conperiod) absent
CROSS JOIN LATERAL (
    SELECT conenforced AS enforced, conperiod AS temporal FROM pg_constraint p WHERE p.oid = k.oid
) later
LEFT JOIN pg_constraint p ON p.oid = k.conparentid
LEFT JOIN pg_class r ON r.oid = k.confrelid AND k.confrelid <> 0
LEFT JOIN pg_namespace rn ON rn.oid = r.relnamespace
LEFT JOIN pg_class i ON i.oid = k.conindid AND k.contype IN ('p', 'u', 'x')
LEFT JOIN pg_tablespace ts ON ts.oid = i.reltablespace
LEFT JOIN pg_index x ON x.indexrelid = i.oid
LEFT JOIN (
    SELECT attrelid, array_agg(attnum) AS numbers, array_agg(attstattarget::integer) AS targets
    FROM pg_attribute
    WHERE attstattarget >= 0 AND attnum > 0
    GROUP BY attrelid
) s ON s.attrelid = i.oid
LEFT JOIN pg_description d ON d.classoid = 'pg_constraint'::regclass AND d.objoid = k.oid AND d.objsubid = 0
WHERE c.relkind IN ('r', 'p', 'f') AND k.contype IN ('p', 'u', 'f', 'c', 'x')
  AND p.conrelid IS DISTINCT FROM k.conrelid
