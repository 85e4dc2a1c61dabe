SELECT l.classoid AS class, l.objoid AS object, l.objsubid AS part, l.provider, l.label,
       coalesce(l.xmin::text::bigint, 0) AS transaction, coalesce(i.identity, l.objoid::text) AS identity,
       o.refobjid AS identity_relation, o.refobjsubid::smallint AS identity_column
FROM pg_seclabel l
LEFT JOIN pg_depend o ON l.classoid = 'pg_class'::regclass AND o.classid = 'pg_class'::regclass AND o.objid = l.objoid
    AND o.refclassid = 'pg_class'::regclass AND o.refobjsubid > 0 AND o.deptype = 'i'
CROSS JOIN LATERAL pg_identify_object(l.classoid, l.objoid, l.objsubid) i
WHERE l.objoid NOT IN (SELECT oid FROM history_part)
