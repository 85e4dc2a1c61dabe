-- The constructor functions of a range type depend internally on it: they are not objects of their own.
SELECT p.oid, n.nspname AS schema, p.proname AS name, p.prokind AS kind, d.description AS comment,
       ARRAY(
           SELECT format_type(a.type, NULL) FROM unnest(p.proargtypes) WITH ORDINALITY AS a (type, place) ORDER BY a.place
       ) AS argument_types,
       rtrim(pg_get_functiondef(p.oid), E'\n') AS definition,
       pg_get_function_arguments(p.oid) AS arguments,
       pg_get_function_result(p.oid) AS result
FROM pg_proc p
JOIN user_schema n ON n.oid = p.pronamespace
LEFT JOIN pg_description d ON d.classoid = 'pg_proc'::regclass AND d.objoid = p.oid AND d.objsubid = 0
WHERE p.prokind IN ('f', 'p', 'w')
  AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_proc'::regclass AND m.objid = p.oid)
  AND NOT EXISTS (
      SELECT FROM pg_depend o
      WHERE o.classid = 'pg_proc'::regclass AND o.objid = p.oid AND o.deptype = 'i' AND o.refclassid = 'pg_type'::regclass
  )
