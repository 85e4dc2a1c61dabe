SELECT 'publication schema', 'pg_publication_namespace'::regclass, s.oid, NULL, p.pubname::text, n.nspname::text,
       format('ALTER PUBLICATION %I ADD TABLES IN SCHEMA %I', p.pubname, n.nspname),
       NULL, NULL
FROM pg_publication_namespace s
JOIN pg_publication p ON p.oid = s.pnpubid
JOIN pg_namespace n ON n.oid = s.pnnspid
