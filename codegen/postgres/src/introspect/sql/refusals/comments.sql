-- Comments on what has no comment in the model, unless the object itself is refused.
SELECT 'comment', d.classoid, d.objoid, d.objsubid, NULL, d.xmin
FROM pg_description d
LEFT JOIN pg_class c ON d.classoid = 'pg_class'::regclass AND c.oid = d.objoid
LEFT JOIN pg_constraint k ON d.classoid = 'pg_constraint'::regclass AND k.oid = d.objoid
LEFT JOIN pg_trigger t ON d.classoid = 'pg_trigger'::regclass AND t.oid = d.objoid
LEFT JOIN pg_type y ON d.classoid = 'pg_type'::regclass AND y.oid = d.objoid
LEFT JOIN pg_proc p ON d.classoid = 'pg_proc'::regclass AND p.oid = d.objoid
WHERE d.objoid >= 16384
  AND (
      k.contype NOT IN ('p', 'u', 'f', 'c', 'x') AND NOT (k.contype = 'n' AND k.conrelid <> 0 AND k.coninhcount = 0)
      OR t.tgisinternal AND t.tgparentid = 0
      OR y.typtype = 'm'
      OR y.typtype = 'c' AND NOT EXISTS (SELECT FROM pg_class b WHERE b.oid = y.typrelid AND b.relkind = 'c')
      OR y.typcategory = 'A'
      OR p.oid IS NOT NULL AND EXISTS (
          SELECT FROM pg_depend o
          WHERE o.classid = 'pg_proc'::regclass AND o.objid = p.oid AND o.deptype = 'i' AND o.refclassid = 'pg_type'::regclass
      )
  )
  AND coalesce(c.oid, k.conrelid, t.tgrelid, y.typrelid, 0) NOT IN (SELECT oid FROM history_part)
  AND NOT EXISTS (SELECT FROM member m WHERE m.classid = d.classoid AND m.objid = d.objoid)
