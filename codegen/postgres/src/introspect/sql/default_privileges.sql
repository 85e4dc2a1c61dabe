-- What is granted by default in one schema comes on top of what is granted everywhere: it starts from nothing. The
-- letter for sequences is another one for `acldefault`.
, given AS (
    SELECT d.*, d.xmin AS transaction, n.nspname,
           CASE WHEN d.defaclnamespace <> 0 THEN acldefault('c', d.defaclrole)
                ELSE acldefault(CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END, d.defaclrole) END AS usual
    FROM pg_default_acl d
    LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
),
changed AS (
    SELECT g.*, 'granted' AS what, a.grantor, a.grantee, a.privilege_type, a.is_grantable
    FROM given g
    CROSS JOIN LATERAL (
        SELECT * FROM aclexplode(g.defaclacl)
        EXCEPT
        SELECT * FROM aclexplode(g.usual)
    ) a
    UNION ALL
    SELECT g.*, 'revoked', a.grantor, a.grantee, a.privilege_type, false
    FROM given g
    CROSS JOIN LATERAL aclexplode(g.usual) a
    WHERE NOT EXISTS (
        SELECT FROM aclexplode(g.defaclacl) b WHERE b.grantee = a.grantee AND b.privilege_type = a.privilege_type
    )
)
SELECT c.nspname AS schema, c.defaclobjtype AS objects, o.rolname AS of_role, o.rolname = current_user AS is_mine,
       c.defaclacl::text AS acl, coalesce(c.transaction::text::bigint, 0) AS transaction,
       c.what, c.privilege_type AS privilege, c.is_grantable AS grantable,
       c.grantee = 0 AS is_public, c.grantee = c.defaclrole AS is_owner, r.rolname AS role,
       c.grantor = c.defaclrole AS by_owner, g.rolname AS grantor, i.identity
FROM changed c
JOIN pg_roles o ON o.oid = c.defaclrole
LEFT JOIN pg_roles r ON r.oid = c.grantee
LEFT JOIN pg_roles g ON g.oid = c.grantor
CROSS JOIN LATERAL pg_identify_object('pg_default_acl'::regclass, c.oid, 0) i
