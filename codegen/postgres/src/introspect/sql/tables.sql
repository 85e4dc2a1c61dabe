SELECT c.oid, c.nspname AS schema, c.relname AS name, c.relpersistence AS persistence,
       c.relreplident AS replica_identity, ri.relname AS replica_index,
       c.reloptions AS options, t.reloptions AS toast_options, d.description AS comment
FROM relation c
LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
LEFT JOIN (pg_index x JOIN pg_class ri ON ri.oid = x.indexrelid) ON x.indrelid = c.oid AND x.indisreplident
LEFT JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = 0
WHERE c.relkind = 'r'
