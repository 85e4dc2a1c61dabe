SELECT 'server', 'pg_foreign_server'::regclass, s.oid, NULL, s.srvname::text, NULL,
       format('CREATE SERVER %I', s.srvname) || coalesce(' TYPE ' || quote_literal(s.srvtype), ''),
       ARRAY['VERSION', 'FOREIGN DATA WRAPPER'] || o.clauses,
       ARRAY[quote_literal(s.srvversion), quote_ident(w.fdwname)] || o.settings
FROM pg_foreign_server s
JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
CROSS JOIN LATERAL (
    SELECT array_agg('OPTION ' || quote_ident(option_name)) AS clauses,
           array_agg(quote_literal(option_value)) AS settings
    FROM pg_options_to_table(s.srvoptions)
) o
