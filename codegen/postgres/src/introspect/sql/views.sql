SELECT c.oid, c.nspname AS schema, c.relname AS name, c.relkind = 'm' AS materialized,
       c.reloptions AS options, t.reloptions AS toast_options, d.description AS comment,
       rtrim(pg_get_viewdef(c.oid), ';') AS query
FROM relation c
LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
LEFT JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = 0
WHERE c.relkind IN ('v', 'm')
