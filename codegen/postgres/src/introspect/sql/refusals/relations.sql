SELECT 'relation of kind ' || c.relkind::text,
       'pg_class'::regclass::oid, c.oid, 0, NULL::text, c.transaction
FROM relation c
WHERE c.relkind NOT IN ('r', 'p', 'f', 'v', 'm', 'S', 'i', 'I', 't', 'c')
UNION ALL
SELECT 'unfinished detachment of a partition', 'pg_class'::regclass, c.oid, 0, 'of ' || h.inhparent::regclass::text, c.transaction
FROM relation c
JOIN pg_inherits h ON h.inhrelid = c.oid
WHERE h.inhdetachpending
UNION ALL
SELECT 'index that some partitions lack', 'pg_class'::regclass, i.oid, 0, NULL, i.transaction
FROM relation i
JOIN pg_index x ON x.indexrelid = i.oid
WHERE i.relkind = 'I' AND NOT x.indisvalid
UNION ALL
SELECT 'constraint on the index of a partition', 'pg_constraint'::regclass, k.oid, 0,
       'its index follows ' || p.relname || ', which is no constraint''s', k.xmin
FROM relation c
JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype IN ('p', 'u', 'x')
JOIN pg_inherits h ON h.inhrelid = k.conindid
JOIN pg_class p ON p.oid = h.inhparent
WHERE NOT EXISTS (SELECT FROM pg_constraint a WHERE a.conindid = p.oid AND a.contype IN ('p', 'u', 'x'))
UNION ALL
-- An index that follows the one of the partitioned table has nothing of its own but its name.
SELECT 'setting of a partition''s index', 'pg_class'::regclass, i.oid, 0, o.what, i.transaction
FROM relation i
JOIN pg_index x ON x.indexrelid = i.oid
JOIN pg_inherits h ON h.inhrelid = i.oid
JOIN pg_class p ON p.oid = h.inhparent
CROSS JOIN LATERAL (
    SELECT CASE
        WHEN i.reloptions IS DISTINCT FROM p.reloptions THEN 'storage parameters'
        WHEN i.reltablespace <> p.reltablespace THEN 'tablespace'
        WHEN x.indisclustered THEN 'cluster mark'
        WHEN EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = i.oid AND a.attstattarget >= 0) THEN 'statistics target'
        WHEN obj_description(i.oid, 'pg_class') IS NOT NULL THEN 'comment'
    END AS what
) o
WHERE i.relkind IN ('i', 'I') AND o.what IS NOT NULL
UNION ALL
SELECT 'setting of a partition''s trigger', 'pg_trigger'::regclass, t.oid, 0,
       CASE WHEN t.tgenabled <> p.tgenabled THEN 'state' ELSE 'comment' END, t.xmin
FROM relation c
JOIN pg_trigger t ON t.tgrelid = c.oid
JOIN pg_trigger p ON p.oid = t.tgparentid
WHERE t.tgenabled <> p.tgenabled OR obj_description(t.oid, 'pg_trigger') IS NOT NULL
UNION ALL
SELECT 'comment', 'pg_constraint'::regclass, k.oid, 0, 'on a constraint that follows one of a parent', k.xmin
FROM relation c
JOIN pg_constraint k ON k.conrelid = c.oid
WHERE k.contype <> 'n' AND k.coninhcount > 0 AND NOT k.conislocal AND obj_description(k.oid, 'pg_constraint') IS NOT NULL
UNION ALL
SELECT 'column setting of a view', 'pg_class'::regclass, c.oid, a.attnum::integer, NULL, a.xmin
FROM relation c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
WHERE c.relkind IN ('v', 'm')
  AND (coalesce(a.attstattarget, -1) >= 0 OR a.attoptions IS NOT NULL OR a.attcompression <> ''
       OR a.attstorage <> t.typstorage)
UNION ALL
SELECT 'state of a view''s rule', 'pg_rewrite'::regclass, r.oid, 0, 'ev_enabled ' || r.ev_enabled::text, r.xmin
FROM relation c
JOIN pg_rewrite r ON r.ev_class = c.oid
WHERE r.rulename = '_RETURN' AND r.ev_enabled <> 'O'
UNION ALL
SELECT 'state of a constraint''s trigger', 'pg_trigger'::regclass, t.oid, 0, 'tgenabled ' || t.tgenabled::text, t.xmin
FROM relation c
JOIN pg_trigger t ON t.tgrelid = c.oid
WHERE c.relkind IN ('r', 'p') AND t.tgisinternal AND t.tgparentid = 0 AND t.tgenabled <> 'O'
