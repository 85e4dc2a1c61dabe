SELECT c.oid AS relation, a.attnum AS number, a.attname AS name, d.description AS comment,
       format_type(a.atttypid, a.atttypmod) AS type_text, t.type_schema, t.type_name, t.type_array,
       a.attnotnull AS not_null, nn.conname AS not_null_name, nn.connoinherit AS not_null_no_inherit,
       nn.convalidated AS not_null_validated, nn.coninhcount > 0 AS not_null_inherited, nd.description AS not_null_comment, a.attgenerated AS generated, a.attidentity AS identity,
       a.atthasdef AS has_expression, v.oid AS expression_oid, pg_get_expr(v.adbin, v.adrelid) AS expression,
       cn.nspname AS collation_schema, co.collname AS collation_name,
       CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage END AS storage,
       a.attcompression AS compression,
       nullif(a.attstattarget::integer, -1) AS statistics_target,
       a.attoptions AS options, a.attfdwoptions AS foreign_options, a.attinhcount > 0 AND a.attislocal AS local,
       i.relname AS sequence,
       CASE WHEN i.relpersistence <> c.relpersistence AND current_setting('server_version_num')::integer >= 150000
            THEN i.relpersistence END AS persistence,
       format_type(i.seqtypid, NULL) AS sequence_type,
       i.comment AS sequence_comment, i.seqstart, i.seqincrement, i.seqmin, i.seqmax, i.seqcache, i.seqcycle
FROM relation c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN data_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef v ON v.adrelid = a.attrelid AND v.adnum = a.attnum
-- The constraint behind NOT NULL, from 18 on. The parent decides about one that is inherited.
LEFT JOIN pg_constraint nn ON nn.conrelid = a.attrelid AND nn.contype = 'n' AND nn.conkey = ARRAY[a.attnum]
LEFT JOIN pg_description nd ON nd.classoid = 'pg_constraint'::regclass AND nd.objoid = nn.oid AND nd.objsubid = 0
LEFT JOIN pg_collation co ON co.oid = a.attcollation AND a.attcollation <> t.typcollation
LEFT JOIN pg_namespace cn ON cn.oid = co.collnamespace
LEFT JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = a.attrelid AND d.objsubid = a.attnum
LEFT JOIN (
    SELECT o.refobjid, o.refobjsubid, r.relname, r.relpersistence, obj_description(r.oid, 'pg_class') AS comment, s.*
    FROM pg_depend o
    JOIN pg_sequence s ON s.seqrelid = o.objid
    JOIN pg_class r ON r.oid = o.objid
    WHERE o.classid = 'pg_class'::regclass AND o.refclassid = 'pg_class'::regclass AND o.deptype = 'i'
) i ON a.attidentity <> '' AND i.refobjid = a.attrelid AND i.refobjsubid = a.attnum
WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm')
ORDER BY c.oid, a.attnum
