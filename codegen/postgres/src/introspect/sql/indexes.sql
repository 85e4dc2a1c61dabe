-- Servers before 15 have no `indnullsnotdistinct`: there the name resolves to the outer `absent`.
SELECT i.oid, x.indrelid AS relation, i.relname AS name, pg_get_indexdef(i.oid) AS definition,
       CASE WHEN i.relkind = 'I' THEN
           format('CREATE %sINDEX %I ON ONLY ', CASE WHEN x.indisunique THEN 'UNIQUE ' END, i.relname)
       END AS only,
       p.relname AS parent, ts.spcname AS tablespace, i.reloptions AS options,
       x.indisunique AS unique, n.nulls_not_distinct, m.amname AS method,
       x.indkey::smallint[] AS columns, x.indoption::smallint[] AS flags, x.indnkeyatts AS keys,
       x.indpred IS NOT NULL AS partial, x.indisvalid AND x.indisready AS valid, x.indisclustered AS clustered,
       s.numbers AS statistics_columns, s.targets AS statistics_targets, d.description AS comment
FROM relation c
JOIN pg_index x ON x.indrelid = c.oid
JOIN pg_class i ON i.oid = x.indexrelid
JOIN pg_am m ON m.oid = i.relam
LEFT JOIN pg_tablespace ts ON ts.oid = i.reltablespace
LEFT JOIN pg_inherits h ON h.inhrelid = i.oid
LEFT JOIN pg_class p ON p.oid = h.inhparent
CROSS JOIN (SELECT false AS indnullsnotdistinct) AS absent
CROSS JOIN LATERAL (
    SELECT indnullsnotdistinct AS nulls_not_distinct FROM pg_index y WHERE y.indexrelid = x.indexrelid
) n
LEFT JOIN (
    SELECT attrelid, array_agg(attnum) AS numbers, array_agg(attstattarget::integer) AS targets
    FROM pg_attribute
    WHERE attstattarget >= 0 AND attnum > 0
    GROUP BY attrelid
) s ON s.attrelid = i.oid
LEFT JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = i.oid AND d.objsubid = 0
WHERE c.relkind IN ('r', 'p', 'm')
  AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.oid AND k.contype IN ('p', 'u', 'x'))
