SELECT 'transform', 'pg_transform'::regclass, t.oid, NULL, format_type(t.trftype, NULL), l.lanname::text,
       format('CREATE TRANSFORM FOR %s LANGUAGE %I', format_type(t.trftype, NULL), l.lanname),
       ARRAY['FUNCTIONS'],
       ARRAY[concat_ws(', ', 'FROM SQL WITH FUNCTION ' || nullif(t.trffromsql, 0)::regprocedure::text,
                       'TO SQL WITH FUNCTION ' || nullif(t.trftosql, 0)::regprocedure::text)]
FROM pg_transform t
JOIN pg_language l ON l.oid = t.trflang
