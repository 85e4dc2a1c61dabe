SELECT 'text search template', 'pg_ts_template'::regclass, t.oid, n.nspname::text, t.tmplname::text, NULL,
       concat(format('CREATE TEXT SEARCH TEMPLATE %I.%I (LEXIZE = %s', n.nspname, t.tmplname, t.tmpllexize),
              ', INIT = ' || nullif(t.tmplinit, 0)::regproc::text, ')'),
       NULL, NULL
FROM pg_ts_template t
JOIN pg_namespace n ON n.oid = t.tmplnamespace
WHERE n.nspname !~ '^pg_temp_'
