-- What plans ask about objects beside the catalog, a row each. Who asks stands in all of them.
, owned (class, object, owner) AS (
    SELECT 'pg_namespace'::regclass::oid, oid, nspowner FROM pg_namespace
    UNION ALL
    SELECT 'pg_class'::regclass, oid, relowner FROM pg_class WHERE relkind IN ('r', 'p', 'f', 'v', 'm', 'S')
    UNION ALL
    SELECT 'pg_proc'::regclass, oid, proowner FROM pg_proc
    UNION ALL
    SELECT 'pg_type'::regclass, oid, typowner FROM pg_type
    UNION ALL
    SELECT 'pg_language'::regclass, oid, lanowner FROM pg_language
    UNION ALL
    SELECT 'pg_operator'::regclass, oid, oprowner FROM pg_operator
    UNION ALL
    SELECT 'pg_opclass'::regclass, oid, opcowner FROM pg_opclass
    UNION ALL
    SELECT 'pg_opfamily'::regclass, oid, opfowner FROM pg_opfamily
    UNION ALL
    SELECT 'pg_collation'::regclass, oid, collowner FROM pg_collation
    UNION ALL
    SELECT 'pg_conversion'::regclass, oid, conowner FROM pg_conversion
    UNION ALL
    SELECT 'pg_ts_dict'::regclass, oid, dictowner FROM pg_ts_dict
    UNION ALL
    SELECT 'pg_ts_config'::regclass, oid, cfgowner FROM pg_ts_config
    UNION ALL
    SELECT 'pg_statistic_ext'::regclass, oid, stxowner FROM pg_statistic_ext
    UNION ALL
    SELECT 'pg_foreign_data_wrapper'::regclass, oid, fdwowner FROM pg_foreign_data_wrapper
    UNION ALL
    SELECT 'pg_foreign_server'::regclass, oid, srvowner FROM pg_foreign_server
    UNION ALL
    SELECT 'pg_event_trigger'::regclass, oid, evtowner FROM pg_event_trigger
    UNION ALL
    SELECT 'pg_publication'::regclass, oid, pubowner FROM pg_publication
    UNION ALL
    SELECT 'pg_subscription'::regclass, oid, subowner FROM pg_subscription
)
-- Of predefined roles `pg_shdepend` says nothing. What the server begins with has lower oids, but for the schema `public`.
SELECT 'owner' AS what, current_user::text AS asking, class, object, 0 AS part, pg_get_userbyid(owner)::text AS owner,
       NULL::text AS other_schema, NULL::text AS other_name, NULL::text AS other_part
FROM owned
WHERE object >= 16384 OR class = 'pg_namespace'::regclass
UNION ALL
-- The operators that are only named, as the commutator or negator of another: it makes them when it is made.
SELECT 'shell operator', current_user::text, 'pg_operator'::regclass, o.oid, 0, NULL, n.nspname, s.oprname,
       coalesce(format_type(nullif(s.oprleft, 0), NULL), 'NONE') || ', ' || format_type(s.oprright, NULL)
FROM pg_operator o
JOIN pg_operator s ON s.oid IN (o.oprcom, o.oprnegate) AND s.oprcode = 0
JOIN pg_namespace n ON n.oid = s.oprnamespace
WHERE o.oid >= 16384
UNION ALL
-- What an expression calls stands in its tree as oids of functions; what an operator or a cast calls does too.
SELECT 'volatile default', current_user::text, 'pg_class'::regclass, v.adrelid, v.adnum, NULL, NULL, NULL, NULL
FROM pg_attrdef v
JOIN relation c ON c.oid = v.adrelid AND c.relkind IN ('r', 'p', 'f')
JOIN pg_attribute a ON a.attrelid = v.adrelid AND a.attnum = v.adnum AND a.attgenerated = ''
WHERE EXISTS (
    SELECT FROM regexp_matches(v.adbin::text, ':(?:funcid|opfuncid|resfuncid) ([0-9]+)', 'g') AS call (oids)
    JOIN pg_proc p ON p.oid = call.oids[1]::oid
    WHERE p.provolatile = 'v'
)
