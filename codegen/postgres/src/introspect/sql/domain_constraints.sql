SELECT c.oid, c.contypid AS domain, c.conname AS name, c.convalidated AS validated, d.description AS comment,
       pg_get_constraintdef(c.oid) AS definition
FROM pg_constraint c
LEFT JOIN pg_description d ON d.classoid = 'pg_constraint'::regclass AND d.objoid = c.oid AND d.objsubid = 0
WHERE c.contypid <> 0 AND c.contype = 'c'
