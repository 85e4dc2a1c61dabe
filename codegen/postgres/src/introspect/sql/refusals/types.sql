-- A range brings its multirange and its constructors along, and every type its array type: those are implied.
SELECT CASE t.typtype WHEN 'r' THEN 'range type' WHEN 'b' THEN 'base type' WHEN 'p' THEN 'pseudo-type'
           ELSE 'type of kind ' || t.typtype::text END,
       'pg_type'::regclass::oid, t.oid, 0, CASE WHEN NOT t.typisdefined THEN 'only a shell' END, t.xmin
FROM pg_type t
JOIN user_schema n ON n.oid = t.typnamespace
WHERE t.typtype NOT IN ('c', 'd', 'e', 'm')
  AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid)
  AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_type'::regclass AND m.objid = t.oid)
