SELECT c.oid, c.nspname AS schema, c.relname AS name, c.relkind = 'm' AS materialized,
       c.reloptions AS options, t.reloptions AS toast_options, d.description AS comment,
       rtrim(pg_get_viewdef(c.oid), ';') AS query,
       nullif(am.amname, 'heap') AS access_method, ts.spcname AS tablespace
FROM relation c
LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
LEFT JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = 0
LEFT JOIN pg_am am ON am.oid = c.relam
LEFT JOIN pg_tablespace ts ON ts.oid = c.reltablespace
WHERE c.relkind IN ('v', 'm')
