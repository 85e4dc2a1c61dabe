SELECT 'operator class', 'pg_opclass'::regclass, c.oid, n.nspname::text, c.opcname::text, a.amname::text,
       format('CREATE OPERATOR CLASS %I.%I%s FOR TYPE %s USING %I FAMILY %I.%I AS %s', n.nspname, c.opcname,
              CASE WHEN c.opcdefault THEN ' DEFAULT' END, format_type(c.opcintype, NULL), a.amname, fn.nspname, f.opfname,
              coalesce(
                  nullif(concat_ws(', ', m.definition, 'STORAGE ' || format_type(nullif(c.opckeytype, 0), NULL)), ''),
                  'STORAGE ' || format_type(c.opcintype, NULL)
              )),
       NULL, NULL
FROM pg_opclass c
JOIN pg_namespace n ON n.oid = c.opcnamespace
JOIN pg_am a ON a.oid = c.opcmethod
JOIN pg_opfamily f ON f.oid = c.opcfamily
JOIN pg_namespace fn ON fn.oid = f.opfnamespace
LEFT JOIN (
    SELECT operator_class, string_agg(definition, ', ' ORDER BY place) AS definition FROM family_member GROUP BY operator_class
) m ON m.operator_class = c.oid
WHERE n.nspname !~ '^pg_temp_'
