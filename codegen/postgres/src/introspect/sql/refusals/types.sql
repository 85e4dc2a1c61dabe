-- A range brings its multirange and its constructors along, and every type its array type: those are implied.
SELECT CASE t.typtype WHEN 'b' THEN 'base type' WHEN 'p' THEN 'pseudo-type' ELSE 'type of kind ' || t.typtype::text END,
       'pg_type'::regclass::oid, t.oid, 0, CASE WHEN NOT t.typisdefined THEN 'only a shell' END, t.xmin
FROM pg_type t
JOIN user_schema n ON n.oid = t.typnamespace
WHERE t.typtype NOT IN ('c', 'd', 'e', 'm', 'r')
  AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid)
  AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_type'::regclass AND m.objid = t.oid)
UNION ALL
SELECT CASE WHEN r.rngcanonical <> 0 THEN 'range type with a canonical function' ELSE 'range type with renamed constructors' END,
       'pg_type'::regclass, t.oid, 0, CASE WHEN r.rngcanonical <> 0
            THEN r.rngcanonical::regproc::text || ' is compiled code, as every canonical function: put it and the type into an extension'
            ELSE 'its constructors keep their old names: rename them too, or make the type under its new name' END, t.xmin
FROM pg_range r
JOIN pg_type t ON t.oid = r.rngtypid
JOIN user_schema n ON n.oid = t.typnamespace
WHERE (r.rngcanonical <> 0 OR EXISTS (
          SELECT FROM pg_depend o
          JOIN pg_proc p ON p.oid = o.objid
          JOIN pg_type c ON c.oid = o.refobjid
          WHERE o.classid = 'pg_proc'::regclass AND o.refclassid = 'pg_type'::regclass AND o.deptype = 'i'
            AND o.refobjid IN (r.rngtypid, r.rngmultitypid)
            AND (p.proname <> c.typname OR p.pronamespace <> c.typnamespace)
      ))
  AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_type'::regclass AND m.objid = t.oid)
