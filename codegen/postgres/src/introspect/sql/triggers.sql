-- A partition's copy of its table's trigger goes with that (servers before 15 mark it as internal too).
SELECT t.oid, t.tgrelid AS relation, t.tgname AS name, t.tgenabled AS state, d.description AS comment,
       pg_get_triggerdef(t.oid) AS definition
FROM relation c
JOIN pg_trigger t ON t.tgrelid = c.oid
LEFT JOIN pg_description d ON d.classoid = 'pg_trigger'::regclass AND d.objoid = t.oid AND d.objsubid = 0
WHERE c.relkind IN ('r', 'p', 'f', 'v') AND NOT t.tgisinternal AND t.tgparentid = 0
