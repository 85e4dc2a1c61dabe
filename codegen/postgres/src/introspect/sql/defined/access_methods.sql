SELECT 'access method', 'pg_am'::regclass, a.oid, NULL, a.amname::text, NULL,
       format('CREATE ACCESS METHOD %I TYPE %s HANDLER %s', a.amname,
              CASE a.amtype WHEN 'i' THEN 'INDEX' WHEN 't' THEN 'TABLE' END, a.amhandler),
       NULL, NULL
FROM pg_am a
