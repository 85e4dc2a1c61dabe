-- A shell operator is one that is only named, as the commutator or negator of another. It is told with that one, and
-- stays behind when that one is dropped.
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
    SELECT 'shell operator', 'pg_operator'::regclass, s.oid, 'no other operator names it', s.xmin
    FROM pg_operator s
    WHERE s.oprcode = 0 AND NOT EXISTS (SELECT FROM pg_operator o WHERE s.oid IN (o.oprcom, o.oprnegate) AND o.oid <> s.oid)
) o
WHERE o.oid >= 16384
  AND NOT EXISTS (SELECT FROM member m WHERE m.classid = o.class AND m.objid = o.oid)
