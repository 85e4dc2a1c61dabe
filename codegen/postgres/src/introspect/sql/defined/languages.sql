SELECT 'language', 'pg_language'::regclass, l.oid, NULL, l.lanname::text, NULL,
       'CREATE',
       ARRAY['LANGUAGE'],
       ARRAY[
           concat(CASE WHEN l.lanpltrusted THEN 'TRUSTED ' END, format('LANGUAGE %I HANDLER %s', l.lanname, l.lanplcallfoid::regproc),
                  ' INLINE ' || nullif(l.laninline, 0)::regproc::text, ' VALIDATOR ' || nullif(l.lanvalidator, 0)::regproc::text)
       ]
FROM pg_language l
