SELECT e.oid, e.extname AS name, n.nspname AS schema,
       nullif(e.extversion, a.default_version) AS version,
       CASE WHEN d.description IS DISTINCT FROM a.comment THEN coalesce(d.description, '') END AS comment,
       a.comment AS default_comment,
       e.extrelocatable AS relocatable,
       ARRAY(SELECT nullif(p.target, a.default_version) FROM pg_extension_update_paths(e.extname) p
             WHERE p.source = e.extversion AND p.path IS NOT NULL) AS updates
FROM pg_extension e
JOIN pg_namespace n ON n.oid = e.extnamespace
LEFT JOIN pg_available_extensions() a ON a.name = e.extname
LEFT JOIN pg_description d ON d.classoid = 'pg_extension'::regclass AND d.objoid = e.oid AND d.objsubid = 0
WHERE e.extname <> 'plpgsql'
