-- Those of an operator class, or of the family itself, are told with it: they have its address, and an empty definition.
SELECT CASE WHEN c.oid IS NOT NULL THEN 'operator class' WHEN m.is_of_family THEN 'operator family' ELSE 'operator family member' END,
       m.class, m.oid,
       coalesce(cn.nspname, n.nspname)::text, coalesce(c.opcname, f.opfname)::text,
       CASE WHEN c.oid IS NULL AND NOT m.is_of_family THEN format('%s USING %I', m.name, a.amname) ELSE a.amname::text END,
       CASE WHEN c.oid IS NULL AND NOT m.is_of_family
           THEN format('ALTER OPERATOR FAMILY %I.%I USING %I ADD %s', n.nspname, f.opfname, a.amname, m.definition) ELSE ''
       END,
       NULL, NULL
FROM family_member m
JOIN pg_opfamily f ON f.oid = m.family
JOIN pg_namespace n ON n.oid = f.opfnamespace
JOIN pg_am a ON a.oid = f.opfmethod
LEFT JOIN pg_opclass c ON c.oid = m.operator_class AND c.oid >= 16384
  AND NOT EXISTS (SELECT FROM member e WHERE e.classid = 'pg_opclass'::regclass AND e.objid = c.oid)
LEFT JOIN pg_namespace cn ON cn.oid = c.opcnamespace
WHERE n.nspname !~ '^pg_temp_'
