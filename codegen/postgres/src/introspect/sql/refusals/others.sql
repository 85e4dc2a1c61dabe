-- An operator class brings a family of its own name along, a range type a cast to its multirange: those are implied.
SELECT o.kind, o.class, o.oid, 0, o.detail, o.transaction
FROM (
    SELECT 'user mapping' AS kind, 'pg_user_mapping'::regclass::oid AS class, m.umid AS oid,
           'its options are not visible to this role' AS detail, NULL::xid AS transaction
    FROM pg_user_mappings m
    JOIN pg_foreign_server v ON v.oid = m.srvid
    JOIN pg_roles me ON me.rolname = current_user
    WHERE NOT (
        me.rolsuper
        OR m.umuser = 0 AND pg_has_role(v.srvowner, 'USAGE')
        OR m.umuser = me.oid AND (pg_has_role(v.srvowner, 'USAGE') OR has_server_privilege(v.oid, 'USAGE'))
    )
    UNION ALL
    SELECT 'cast', 'pg_cast'::regclass, c.oid, NULL, c.xmin
    FROM pg_cast c
    WHERE NOT EXISTS (
        SELECT FROM pg_depend i WHERE i.classid = 'pg_cast'::regclass AND i.objid = c.oid AND i.deptype = 'i'
    )
    UNION ALL
    SELECT 'operator', 'pg_operator'::regclass, oid, NULL, xmin FROM pg_operator
    UNION ALL
    SELECT 'operator class', 'pg_opclass'::regclass, oid, NULL, xmin FROM pg_opclass
    UNION ALL
    SELECT 'operator family', 'pg_opfamily'::regclass, f.oid, NULL, f.xmin
    FROM pg_opfamily f
    WHERE NOT EXISTS (
        SELECT FROM pg_opclass c
        WHERE c.opcfamily = f.oid AND c.opcname = f.opfname AND c.opcnamespace = f.opfnamespace
    )
    UNION ALL
    SELECT 'operator of an operator family', 'pg_amop'::regclass, oid, NULL, xmin FROM pg_amop WHERE amopfamily < 16384
    UNION ALL
    SELECT 'function of an operator family', 'pg_amproc'::regclass, oid, NULL, xmin FROM pg_amproc WHERE amprocfamily < 16384
    UNION ALL
    SELECT 'access method', 'pg_am'::regclass, oid, NULL, xmin FROM pg_am
    UNION ALL
    SELECT 'language', 'pg_language'::regclass, oid, NULL, xmin FROM pg_language
    UNION ALL
    SELECT 'transform', 'pg_transform'::regclass, oid, NULL, xmin FROM pg_transform
    UNION ALL
    SELECT 'text search configuration', 'pg_ts_config'::regclass, oid, NULL, xmin FROM pg_ts_config
    UNION ALL
    SELECT 'text search dictionary', 'pg_ts_dict'::regclass, oid, NULL, xmin FROM pg_ts_dict
    UNION ALL
    SELECT 'text search parser', 'pg_ts_parser'::regclass, oid, NULL, xmin FROM pg_ts_parser
    UNION ALL
    SELECT 'text search template', 'pg_ts_template'::regclass, oid, NULL, xmin FROM pg_ts_template
    UNION ALL
    SELECT 'default privilege', 'pg_default_acl'::regclass, oid, defaclacl::text, xmin FROM pg_default_acl
) o
WHERE o.oid >= 16384
  AND NOT EXISTS (SELECT FROM member m WHERE m.classid = o.class AND m.objid = o.oid)
