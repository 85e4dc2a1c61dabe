-- Before 17, `-1` stands for no target.
SELECT 'extended statistics', 'pg_statistic_ext'::regclass, s.oid, n.nspname::text, s.stxname::text, NULL,
       pg_get_statisticsobjdef(s.oid),
       ARRAY['TARGET'],
       ARRAY[nullif(s.stxstattarget, -1)::text]
FROM pg_statistic_ext s
JOIN user_schema n ON n.oid = s.stxnamespace
