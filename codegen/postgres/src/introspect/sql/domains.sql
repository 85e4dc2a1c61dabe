SELECT t.oid, n.nspname AS schema, t.typname AS name, d.description AS comment,
       format_type(t.typbasetype, t.typtypmod) AS type_text, b.type_schema, b.type_name, b.type_array,
       t.typnotnull AS not_null, k.conname AS not_null_name,
       pg_get_expr(t.typdefaultbin, 'pg_type'::regclass) AS default,
       cn.nspname AS collation_schema, co.collname AS collation_name
FROM pg_type t
JOIN user_schema n ON n.oid = t.typnamespace
JOIN data_type b ON b.oid = t.typbasetype
LEFT JOIN pg_constraint k ON k.contypid = t.oid AND k.contype = 'n' AND k.conname !~ '_not_null[0-9]*$'
LEFT JOIN pg_collation co ON co.oid = t.typcollation AND t.typcollation <> b.typcollation
LEFT JOIN pg_namespace cn ON cn.oid = co.collnamespace
LEFT JOIN pg_description d ON d.classoid = 'pg_type'::regclass AND d.objoid = t.oid AND d.objsubid = 0
WHERE t.typtype = 'd'
  AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_type'::regclass AND m.objid = t.oid)
