-- What differs from what `initdb` or the extension's script granted, or else from the built-in default. What `initdb`
-- grants in `information_schema` is not recorded: that schema is left out.
SELECT 'privilege', o.class, o.oid, o.part, o.acl::text, o.transaction
FROM (
    SELECT 'pg_namespace'::regclass::oid AS class, oid, 0 AS part, nspacl AS acl, acldefault('n', nspowner) AS usual,
           xmin AS transaction
    FROM pg_namespace
    WHERE nspacl IS NOT NULL AND nspname !~ '^pg_(toast_)?temp_' AND nspname <> 'information_schema'
    UNION ALL
    SELECT 'pg_class'::regclass, oid, 0, relacl, acldefault(CASE WHEN relkind = 'S' THEN 's' ELSE 'r' END::"char", relowner), xmin
    FROM pg_class
    WHERE relacl IS NOT NULL AND relpersistence <> 't' AND relnamespace <> 'information_schema'::regnamespace
      AND oid NOT IN (SELECT oid FROM history_part)
    UNION ALL
    SELECT 'pg_class'::regclass, a.attrelid, a.attnum::integer, a.attacl, '{}'::aclitem[], a.xmin
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid
    WHERE a.attacl IS NOT NULL AND NOT a.attisdropped AND c.relpersistence <> 't'
      AND c.relnamespace <> 'information_schema'::regnamespace
      AND c.oid NOT IN (SELECT oid FROM history)
    UNION ALL
    SELECT 'pg_proc'::regclass, oid, 0, proacl, acldefault('f', proowner), xmin FROM pg_proc WHERE proacl IS NOT NULL
    UNION ALL
    SELECT 'pg_type'::regclass, oid, 0, typacl, acldefault('T', typowner), xmin FROM pg_type WHERE typacl IS NOT NULL
    UNION ALL
    SELECT 'pg_language'::regclass, oid, 0, lanacl, acldefault('l', lanowner), xmin FROM pg_language WHERE lanacl IS NOT NULL
    UNION ALL
    SELECT 'pg_foreign_data_wrapper'::regclass, oid, 0, fdwacl, acldefault('F', fdwowner), xmin
    FROM pg_foreign_data_wrapper
    WHERE fdwacl IS NOT NULL
    UNION ALL
    SELECT 'pg_foreign_server'::regclass, oid, 0, srvacl, acldefault('S', srvowner), xmin
    FROM pg_foreign_server
    WHERE srvacl IS NOT NULL
) o
LEFT JOIN pg_init_privs p ON p.classoid = o.class AND p.objoid = o.oid AND p.objsubid = o.part
CROSS JOIN LATERAL (SELECT o.acl::text[] AS now, coalesce(p.initprivs, o.usual)::text[] AS usual) s
WHERE NOT (s.now @> s.usual AND s.now <@ s.usual)
