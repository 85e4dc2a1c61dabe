-- The version that the operating system or ICU had when it was made is not part of a schema, nor are the collations that
-- `pg_import_system_collations` has found on this machine. ICU's locale stood in `collcollate` before 15.
SELECT 'collation', 'pg_collation'::regclass, c.oid, n.nspname::text, c.collname::text, NULL,
       format('CREATE COLLATION %I.%I (PROVIDER = %s', n.nspname, c.collname,
              CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' WHEN 'c' THEN 'libc' END)
           || CASE WHEN c.collprovider <> 'c' THEN ', LOCALE = '
                       || quote_literal(coalesce(j ->> 'colllocale', j ->> 'colliculocale', j ->> 'collcollate'))
                   WHEN j ->> 'collcollate' = j ->> 'collctype' THEN ', LOCALE = ' || quote_literal(j ->> 'collcollate')
                   ELSE ', LC_COLLATE = ' || quote_literal(j ->> 'collcollate')
                       || ', LC_CTYPE = ' || quote_literal(j ->> 'collctype') END
           || CASE WHEN NOT c.collisdeterministic THEN ', DETERMINISTIC = false' ELSE '' END
           || coalesce(', RULES = ' || quote_literal(j ->> 'collicurules'), '')
           || ')',
       NULL, NULL
FROM pg_collation c
JOIN user_schema n ON n.oid = c.collnamespace
CROSS JOIN LATERAL to_jsonb(c) j
