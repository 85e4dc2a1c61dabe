SELECT t.oid, n.nspname AS schema, t.typname AS name, d.description AS comment,
       m.oid AS multirange, mn.nspname AS multirange_schema, m.typname AS multirange_name,
       format_type(r.rngsubtype, NULL) AS type_text, s.type_schema, s.type_name, s.type_array,
       onsp.nspname AS class_schema, o.opcname AS class_name,
       cn.nspname AS collation_schema, co.collname AS collation_name,
       fn.nspname AS difference_schema, f.proname AS difference_name
FROM pg_range r
JOIN pg_type t ON t.oid = r.rngtypid
JOIN user_schema n ON n.oid = t.typnamespace
JOIN pg_type m ON m.oid = r.rngmultitypid
JOIN pg_namespace mn ON mn.oid = m.typnamespace
JOIN data_type s ON s.oid = r.rngsubtype
LEFT JOIN (pg_opclass o JOIN pg_namespace onsp ON onsp.oid = o.opcnamespace) ON o.oid = r.rngsubopc AND NOT o.opcdefault
LEFT JOIN (pg_collation co JOIN pg_namespace cn ON cn.oid = co.collnamespace)
    ON co.oid = r.rngcollation AND r.rngcollation <> s.typcollation
LEFT JOIN (pg_proc f JOIN pg_namespace fn ON fn.oid = f.pronamespace) ON f.oid = r.rngsubdiff
LEFT JOIN pg_description d ON d.classoid = 'pg_type'::regclass AND d.objoid = t.oid AND d.objsubid = 0
WHERE NOT EXISTS (SELECT FROM member e WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid)
