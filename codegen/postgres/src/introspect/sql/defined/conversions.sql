SELECT 'conversion', 'pg_conversion'::regclass, c.oid, n.nspname::text, c.conname::text, NULL,
       format('CREATE %sCONVERSION %I.%I FOR %L TO %L FROM %s', CASE WHEN c.condefault THEN 'DEFAULT ' ELSE '' END,
              n.nspname, c.conname, pg_encoding_to_char(c.conforencoding), pg_encoding_to_char(c.contoencoding),
              c.conproc::text),
       NULL, NULL
FROM pg_conversion c
JOIN pg_namespace n ON n.oid = c.connamespace
