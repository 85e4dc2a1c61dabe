SELECT 'routine of kind ' || p.prokind::text,
       'pg_proc'::regclass::oid, p.oid, 0, NULL, p.xmin
FROM pg_proc p
JOIN user_schema n ON n.oid = p.pronamespace
WHERE p.prokind NOT IN ('f', 'p', 'w', 'a')
  AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_proc'::regclass AND m.objid = p.oid)
