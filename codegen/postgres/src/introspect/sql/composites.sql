-- One row per attribute, and one for a type without any. The rows of a relation have types too: those are not of kind `c`.
SELECT c.oid, c.reltype AS type, c.nspname AS schema, c.relname AS name, td.description AS comment,
       a.attnum AS number, a.attname AS attribute, ad.description AS attribute_comment,
       format_type(a.atttypid, a.atttypmod) AS type_text, t.type_schema, t.type_name, t.type_array,
       cn.nspname AS collation_schema, co.collname AS collation_name
FROM relation c
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN data_type t ON t.oid = a.atttypid
LEFT JOIN pg_collation co ON co.oid = a.attcollation AND a.attcollation <> t.typcollation
LEFT JOIN pg_namespace cn ON cn.oid = co.collnamespace
LEFT JOIN pg_description td ON td.classoid = 'pg_type'::regclass AND td.objoid = c.reltype AND td.objsubid = 0
LEFT JOIN pg_description ad ON ad.classoid = 'pg_class'::regclass AND ad.objoid = c.oid AND ad.objsubid = a.attnum
WHERE c.relkind = 'c'
ORDER BY c.oid, a.attnum
