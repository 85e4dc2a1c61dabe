SELECT 'foreign data wrapper', 'pg_foreign_data_wrapper'::regclass, w.oid, NULL, w.fdwname::text, NULL,
       format('CREATE FOREIGN DATA WRAPPER %I', w.fdwname),
       ARRAY['HANDLER', 'VALIDATOR'] || o.clauses,
       ARRAY[nullif(w.fdwhandler, 0)::regproc::text, nullif(w.fdwvalidator, 0)::regproc::text] || o.settings
FROM pg_foreign_data_wrapper w
CROSS JOIN LATERAL (
    SELECT array_agg('OPTION ' || quote_ident(option_name)) AS clauses,
           array_agg(quote_literal(option_value)) AS settings
    FROM pg_options_to_table(w.fdwoptions)
) o
