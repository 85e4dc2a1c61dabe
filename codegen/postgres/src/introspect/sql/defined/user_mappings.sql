-- The view shows the options to those only who may use them.
SELECT 'user mapping', 'pg_user_mapping'::regclass, m.umid, NULL, m.srvname::text,
       CASE WHEN m.umuser = 0 THEN 'PUBLIC' ELSE quote_ident(m.usename) END,
       format('CREATE USER MAPPING FOR %s SERVER %I',
              CASE WHEN m.umuser = 0 THEN 'PUBLIC' ELSE quote_ident(m.usename) END, m.srvname),
       o.clauses, o.settings
FROM pg_user_mappings m
CROSS JOIN LATERAL (
    SELECT array_agg('OPTION ' || quote_ident(option_name)) AS clauses,
           array_agg(quote_literal(option_value)) AS settings
    FROM pg_options_to_table(m.umoptions)
) o
