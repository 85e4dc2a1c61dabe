SELECT n.oid, n.nspname AS name,
       CASE WHEN n.nspname = 'public' THEN nullif(d.description, 'standard public schema') ELSE d.description END AS comment
FROM user_schema n
LEFT JOIN pg_description d ON d.classoid = 'pg_namespace'::regclass AND d.objoid = n.oid AND d.objsubid = 0
WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_namespace'::regclass AND m.objid = n.oid)
