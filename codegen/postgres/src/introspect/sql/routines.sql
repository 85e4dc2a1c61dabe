-- The constructor functions of a range type depend internally on it: they are not objects of their own. The server
-- prints no definition of an aggregate: what differs from the defaults is put together here.
SELECT p.oid, n.nspname AS schema, p.proname AS name, p.prokind AS kind, d.description AS comment,
       ARRAY(
           SELECT format_type(a.type, NULL) FROM unnest(p.proargtypes) WITH ORDINALITY AS a (type, place) ORDER BY a.place
       ) AS argument_types,
       CASE WHEN p.prokind <> 'a' THEN rtrim(pg_get_functiondef(p.oid), E'\n') ELSE g.definition END AS definition,
       pg_get_function_arguments(p.oid) AS arguments,
       pg_get_function_result(p.oid) AS result
FROM pg_proc p
JOIN user_schema n ON n.oid = p.pronamespace
LEFT JOIN pg_description d ON d.classoid = 'pg_proc'::regclass AND d.objoid = p.oid AND d.objsubid = 0
LEFT JOIN (
    pg_aggregate a
    LEFT JOIN (pg_operator o JOIN pg_namespace sn ON sn.oid = o.oprnamespace) ON o.oid = a.aggsortop
) ON a.aggfnoid = p.oid
CROSS JOIN LATERAL (
    SELECT format(E'CREATE OR REPLACE AGGREGATE %I.%I(%s) (\n    %s\n)',
        n.nspname, p.proname, coalesce(nullif(pg_get_function_arguments(p.oid), ''), '*'),
        concat_ws(E',\n    ',
            'SFUNC = ' || a.aggtransfn::regproc::text,
            'STYPE = ' || format_type(a.aggtranstype, NULL),
            'SSPACE = ' || nullif(a.aggtransspace, 0),
            'FINALFUNC = ' || nullif(a.aggfinalfn, 0)::regproc::text,
            CASE WHEN a.aggfinalextra THEN 'FINALFUNC_EXTRA' END,
            'FINALFUNC_MODIFY = ' || CASE
                WHEN a.aggfinalmodify = CASE a.aggkind WHEN 'n' THEN 'r' ELSE 'w' END THEN NULL
                ELSE CASE a.aggfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
            'COMBINEFUNC = ' || nullif(a.aggcombinefn, 0)::regproc::text,
            'SERIALFUNC = ' || nullif(a.aggserialfn, 0)::regproc::text,
            'DESERIALFUNC = ' || nullif(a.aggdeserialfn, 0)::regproc::text,
            'INITCOND = ' || quote_literal(a.agginitval),
            'MSFUNC = ' || nullif(a.aggmtransfn, 0)::regproc::text,
            'MINVFUNC = ' || nullif(a.aggminvtransfn, 0)::regproc::text,
            'MSTYPE = ' || format_type(nullif(a.aggmtranstype, 0), NULL),
            'MSSPACE = ' || nullif(a.aggmtransspace, 0),
            'MFINALFUNC = ' || nullif(a.aggmfinalfn, 0)::regproc::text,
            CASE WHEN a.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END,
            'MFINALFUNC_MODIFY = ' || CASE
                WHEN a.aggmfinalmodify = CASE a.aggkind WHEN 'n' THEN 'r' ELSE 'w' END THEN NULL
                ELSE CASE a.aggmfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
            'MINITCOND = ' || quote_literal(a.aggminitval),
            'SORTOP = OPERATOR(' || quote_ident(sn.nspname) || '.' || o.oprname || ')',
            'PARALLEL = ' || CASE p.proparallel WHEN 's' THEN 'SAFE' WHEN 'r' THEN 'RESTRICTED' END,
            CASE a.aggkind WHEN 'h' THEN 'HYPOTHETICAL' END)) AS definition
) g
WHERE p.prokind IN ('f', 'p', 'w', 'a')
  AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_proc'::regclass AND m.objid = p.oid)
  AND NOT EXISTS (
      SELECT FROM pg_depend o
      WHERE o.classid = 'pg_proc'::regclass AND o.objid = p.oid AND o.deptype = 'i' AND o.refclassid = 'pg_type'::regclass
  )
