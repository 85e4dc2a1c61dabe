SELECT 'text search parser', 'pg_ts_parser'::regclass, p.oid, n.nspname::text, p.prsname::text, NULL,
       concat(format('CREATE TEXT SEARCH PARSER %I.%I (START = %s, GETTOKEN = %s, END = %s, LEXTYPES = %s',
                     n.nspname, p.prsname, p.prsstart, p.prstoken, p.prsend, p.prslextype),
              ', HEADLINE = ' || nullif(p.prsheadline, 0)::regproc::text, ')'),
       NULL, NULL
FROM pg_ts_parser p
JOIN pg_namespace n ON n.oid = p.prsnamespace
WHERE n.nspname !~ '^pg_temp_'
