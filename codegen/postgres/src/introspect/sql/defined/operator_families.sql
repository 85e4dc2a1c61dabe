-- A family that an operator class brought along is created by itself.
SELECT 'operator family', 'pg_opfamily'::regclass, f.oid, n.nspname::text, f.opfname::text, a.amname::text,
       format('CREATE OPERATOR FAMILY %I.%I USING %I', n.nspname, f.opfname, a.amname),
       ARRAY(SELECT 'MEMBER ' || m.name FROM family_member m WHERE m.family = f.oid AND m.is_of_family ORDER BY m.place),
       ARRAY(SELECT m.definition FROM family_member m WHERE m.family = f.oid AND m.is_of_family ORDER BY m.place)
FROM pg_opfamily f
JOIN pg_namespace n ON n.oid = f.opfnamespace
JOIN pg_am a ON a.oid = f.opfmethod
WHERE n.nspname !~ '^pg_temp_'
