-- What differs from what the server gives on its own: for the system's objects and for members of extensions what
-- `initdb` or the extension's script granted, else the built-in default. A schema `public` that somebody made anew has
-- no list until something is granted on it; with one it is measured against the one that `initdb` makes. What `initdb`
-- grants in `information_schema` is not recorded: that schema is left out.
, controlled (class, object, part, owner, acl, usual, transaction) AS (
    SELECT 'pg_namespace'::regclass::oid, oid, 0, nspowner, nspacl,
           CASE WHEN nspname <> 'public' THEN acldefault('n', nspowner)
                WHEN current_setting('server_version_num')::integer >= 150000
                    THEN acldefault('n', nspowner) || makeaclitem(0, nspowner, 'USAGE', false)
                ELSE acldefault('n', nspowner) || makeaclitem(0, nspowner, 'USAGE', false)
                     || makeaclitem(0, nspowner, 'CREATE', false) END,
           xmin
    FROM pg_namespace
    WHERE nspacl IS NOT NULL AND nspname !~ '^pg_(toast_)?temp_' AND nspname <> 'information_schema'
    UNION ALL
    SELECT 'pg_class'::regclass, oid, 0, relowner, relacl,
           acldefault(CASE WHEN relkind = 'S' THEN 's' ELSE 'r' END::"char", relowner), xmin
    FROM pg_class
    WHERE relacl IS NOT NULL AND relpersistence <> 't' AND relnamespace <> 'information_schema'::regnamespace
      AND oid NOT IN (SELECT oid FROM history_part)
    UNION ALL
    SELECT 'pg_class'::regclass, a.attrelid, a.attnum::integer, c.relowner, a.attacl, acldefault('c', c.relowner), a.xmin
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid
    WHERE a.attacl IS NOT NULL AND NOT a.attisdropped AND c.relpersistence <> 't'
      AND c.relnamespace <> 'information_schema'::regnamespace
      AND c.oid NOT IN (SELECT oid FROM history)
    UNION ALL
    SELECT 'pg_proc'::regclass, oid, 0, proowner, proacl, acldefault('f', proowner), xmin FROM pg_proc WHERE proacl IS NOT NULL
    UNION ALL
    -- Multirange types have none of their own from 17 on.
    SELECT 'pg_type'::regclass, oid, 0, typowner, typacl, acldefault('T', typowner), xmin
    FROM pg_type
    WHERE typacl IS NOT NULL AND typtype <> 'm'
    UNION ALL
    SELECT 'pg_language'::regclass, oid, 0, lanowner, lanacl, acldefault('l', lanowner), xmin
    FROM pg_language
    WHERE lanacl IS NOT NULL
    UNION ALL
    SELECT 'pg_foreign_data_wrapper'::regclass, oid, 0, fdwowner, fdwacl, acldefault('F', fdwowner), xmin
    FROM pg_foreign_data_wrapper
    WHERE fdwacl IS NOT NULL
    UNION ALL
    SELECT 'pg_foreign_server'::regclass, oid, 0, srvowner, srvacl, acldefault('S', srvowner), xmin
    FROM pg_foreign_server
    WHERE srvacl IS NOT NULL
),
compared AS (
    SELECT c.class, c.object, c.part, c.owner, c.acl, c.transaction,
           CASE WHEN c.class = 'pg_namespace'::regclass AND c.object = to_regnamespace('public') THEN c.usual
                ELSE coalesce(p.initprivs, c.usual) END AS usual
    FROM controlled c
    LEFT JOIN pg_init_privs p ON p.classoid = c.class AND p.objoid = c.object AND p.objsubid = c.part
),
changed AS (
    SELECT c.*, 'granted' AS what, a.grantor, a.grantee, a.privilege_type, a.is_grantable
    FROM compared c
    CROSS JOIN LATERAL (
        SELECT * FROM aclexplode(c.acl)
        EXCEPT
        SELECT * FROM aclexplode(c.usual)
    ) a
    UNION ALL
    SELECT c.*, 'revoked', a.grantor, a.grantee, a.privilege_type, false
    FROM compared c
    CROSS JOIN LATERAL aclexplode(c.usual) a
    WHERE NOT EXISTS (
        SELECT FROM aclexplode(c.acl) b WHERE b.grantee = a.grantee AND b.privilege_type = a.privilege_type
    )
)
SELECT c.class, c.object, c.part, c.acl::text AS acl, coalesce(c.transaction::text::bigint, 0) AS transaction,
       c.what, c.privilege_type AS privilege, c.is_grantable AS grantable,
       c.grantee = 0 AS is_public, c.grantee = c.owner AS is_owner, r.rolname AS role,
       c.grantor = c.owner AS by_owner, g.rolname AS grantor,
       o.refobjid AS identity_relation, o.refobjsubid::smallint AS identity_column,
       coalesce(i.identity, c.object::text) AS identity,
       b.kind AS beyond_kind, b.schema AS beyond_schema, b.name AS beyond_name, b.part AS beyond_part,
       nullif(x.extname, 'plpgsql') AS beyond_extension
FROM changed c
LEFT JOIN pg_roles r ON r.oid = c.grantee
LEFT JOIN pg_roles g ON g.oid = c.grantor
LEFT JOIN pg_depend o ON c.class = 'pg_class'::regclass AND o.classid = 'pg_class'::regclass AND o.objid = c.object
    AND o.refclassid = 'pg_class'::regclass AND o.refobjsubid > 0 AND o.deptype = 'i'
CROSS JOIN LATERAL pg_identify_object(c.class, c.object, c.part) i
-- What is granted on members of extensions and on the system's own objects, which are part of no schema themselves.
LEFT JOIN pg_depend e ON e.classid = c.class AND e.objid = c.object AND e.objsubid = 0 AND e.deptype = 'e'
    AND e.refclassid = 'pg_extension'::regclass
LEFT JOIN pg_extension x ON x.oid = e.refobjid
LEFT JOIN LATERAL (
    SELECT CASE WHEN a.attname IS NOT NULL THEN 'column' WHEN r.relkind = 'v' THEN 'view'
                WHEN r.relkind = 'm' THEN 'materialized view' WHEN r.relkind = 'S' THEN 'sequence' ELSE 'table' END AS kind,
           n.nspname AS schema, r.relname AS name, a.attname::text AS part
    FROM pg_class r
    JOIN pg_namespace n ON n.oid = r.relnamespace
    LEFT JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = c.part AND c.part > 0
    WHERE c.class = 'pg_class'::regclass AND r.oid = c.object
    UNION ALL
    SELECT 'routine', n.nspname, p.proname, (
        SELECT coalesce(string_agg(format_type(t.type, NULL), ', ' ORDER BY t.place), '')
        FROM unnest(p.proargtypes) WITH ORDINALITY AS t (type, place)
    )
    FROM pg_proc p
    JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE c.class = 'pg_proc'::regclass AND p.oid = c.object
    UNION ALL
    SELECT CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'c' THEN 'composite type' ELSE 'range type' END,
           n.nspname, t.typname, NULL
    FROM pg_type t
    JOIN pg_namespace n ON n.oid = t.typnamespace
    WHERE c.class = 'pg_type'::regclass AND t.oid = c.object AND t.typtype IN ('e', 'd', 'c', 'r')
    UNION ALL
    SELECT 'schema', NULL, nspname, NULL FROM pg_namespace WHERE c.class = 'pg_namespace'::regclass AND oid = c.object
    UNION ALL
    SELECT 'language', NULL, lanname, NULL FROM pg_language WHERE c.class = 'pg_language'::regclass AND oid = c.object
    UNION ALL
    SELECT 'foreign data wrapper', NULL, fdwname, NULL
    FROM pg_foreign_data_wrapper
    WHERE c.class = 'pg_foreign_data_wrapper'::regclass AND oid = c.object
    UNION ALL
    SELECT 'server', NULL, srvname, NULL
    FROM pg_foreign_server
    WHERE c.class = 'pg_foreign_server'::regclass AND oid = c.object
) b ON x.oid IS NOT NULL OR c.object < 16384
ORDER BY c.class, c.object, c.part
