-- The server keeps the options as one text: `name = 'value', "Odd name" = E'C:\\x', number = 1`.
SELECT 'text search dictionary', 'pg_ts_dict'::regclass, d.oid, n.nspname::text, d.dictname::text, NULL,
       format('CREATE TEXT SEARCH DICTIONARY %I.%I (TEMPLATE = %I.%I', n.nspname, d.dictname, m.nspname, t.tmplname),
       o.names, o.settings
FROM pg_ts_dict d
JOIN pg_namespace n ON n.oid = d.dictnamespace
JOIN pg_ts_template t ON t.oid = d.dicttemplate
JOIN pg_namespace m ON m.oid = t.tmplnamespace
CROSS JOIN LATERAL (
    SELECT array_agg('OPTION ' || part[1]) AS names, array_agg(part[2]) AS settings
    FROM regexp_matches(
        d.dictinitoption, $$([^"\s,=]+|"(?:[^"]|"")+")\s*=\s*(E'(?:[^'\\]|''|\\.)*'|'(?:[^']|'')*'|[^\s,']+)$$, 'g'
    ) AS part
) o
WHERE n.nspname !~ '^pg_temp_'
