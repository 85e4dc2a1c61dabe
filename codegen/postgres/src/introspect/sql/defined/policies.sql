SELECT 'policy', 'pg_policy'::regclass, p.oid, c.nspname::text, c.relname::text, p.polname::text,
       format('CREATE POLICY %I ON %I.%I AS %s FOR %s', p.polname, c.nspname, c.relname,
              CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
              CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE'
                  WHEN '*' THEN 'ALL' END),
       ARRAY['TO', 'USING', 'WITH CHECK'],
       ARRAY[
           (SELECT string_agg(coalesce(quote_ident(r.rolname), 'PUBLIC'), ', ' ORDER BY r.rolname)
            FROM unnest(p.polroles) g LEFT JOIN pg_roles r ON r.oid = g
            HAVING p.polroles <> '{0}'),
           pg_get_expr(p.polqual, p.polrelid),
           pg_get_expr(p.polwithcheck, p.polrelid)
       ]
FROM relation c
JOIN pg_policy p ON p.polrelid = c.oid
