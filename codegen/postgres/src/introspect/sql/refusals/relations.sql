SELECT CASE c.relkind WHEN 'p' THEN 'partitioned table' WHEN 'f' THEN 'foreign table'
           ELSE 'relation of kind ' || c.relkind::text END,
       'pg_class'::regclass::oid, c.oid, 0, NULL::text, c.transaction
FROM relation c
WHERE c.relkind NOT IN ('r', 'v', 'm', 'S', 'i', 'I', 't', 'c')
UNION ALL
SELECT CASE WHEN c.relispartition THEN 'partition' ELSE 'inheritance' END,
       'pg_class'::regclass, c.oid, 0, 'of ' || h.inhparent::regclass::text, c.transaction
FROM relation c
JOIN pg_inherits h ON h.inhrelid = c.oid
WHERE c.relkind = 'r'
UNION ALL
SELECT 'typed table', 'pg_class'::regclass, c.oid, 0, 'of ' || c.reloftype::regtype::text, c.transaction
FROM relation c
WHERE c.relkind = 'r' AND c.reloftype <> 0
UNION ALL
SELECT 'row level security', 'pg_class'::regclass, c.oid, 0,
       CASE WHEN c.relforcerowsecurity THEN 'forced' ELSE 'enabled' END, c.transaction
FROM relation c
WHERE c.relkind = 'r' AND (c.relrowsecurity OR c.relforcerowsecurity)
UNION ALL
SELECT 'table access method', 'pg_class'::regclass, c.oid, 0, m.amname, c.transaction
FROM relation c
JOIN pg_am m ON m.oid = c.relam
WHERE c.relkind IN ('r', 'm') AND m.amname <> 'heap'
UNION ALL
SELECT 'tablespace', 'pg_class'::regclass, c.oid, 0, s.spcname, c.transaction
FROM relation c
JOIN pg_tablespace s ON s.oid = c.reltablespace
WHERE c.relkind IN ('r', 'm', 'i')
UNION ALL
SELECT 'persistence of an identity sequence', 'pg_class'::regclass, s.oid, 0, NULL, s.transaction
FROM relation s
JOIN pg_depend o ON o.classid = 'pg_class'::regclass AND o.objid = s.oid AND o.objsubid = 0
    AND o.refclassid = 'pg_class'::regclass AND o.refobjsubid > 0 AND o.deptype = 'i'
JOIN relation c ON c.oid = o.refobjid
WHERE s.relkind = 'S' AND s.relpersistence <> c.relpersistence
  AND current_setting('server_version_num')::integer >= 150000 -- before, every sequence was permanent
UNION ALL
SELECT 'column setting of a view', 'pg_class'::regclass, c.oid, a.attnum::integer, NULL, a.xmin
FROM relation c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
WHERE c.relkind IN ('v', 'm')
  AND (coalesce(a.attstattarget, -1) >= 0 OR a.attoptions IS NOT NULL OR a.attcompression <> ''
       OR a.attstorage <> t.typstorage)
UNION ALL
SELECT 'statistics target of a constraint', 'pg_class'::regclass, c.oid, 0, NULL, a.xmin
FROM relation c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attstattarget >= 0
JOIN pg_constraint k ON k.conindid = c.oid AND k.contype IN ('p', 'u', 'x')
WHERE c.relkind = 'i'
UNION ALL
SELECT 'state of a view''s rule', 'pg_rewrite'::regclass, r.oid, 0, 'ev_enabled ' || r.ev_enabled::text, r.xmin
FROM relation c
JOIN pg_rewrite r ON r.ev_class = c.oid
WHERE r.rulename = '_RETURN' AND r.ev_enabled <> 'O'
UNION ALL
SELECT 'state of a constraint''s trigger', 'pg_trigger'::regclass, t.oid, 0, 'tgenabled ' || t.tgenabled::text, t.xmin
FROM relation c
JOIN pg_trigger t ON t.tgrelid = c.oid
WHERE c.relkind = 'r' AND t.tgisinternal AND t.tgenabled <> 'O'
