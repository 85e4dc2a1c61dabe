-- What roles are made of; `$1` names those that are asked about.
SELECT r.rolname::text AS name,
       format('CREATE ROLE %I', r.rolname) AS definition,
       ARRAY[
           CASE WHEN r.rolsuper THEN 'SUPERUSER' END, CASE WHEN r.rolcreatedb THEN 'CREATEDB' END,
           CASE WHEN r.rolcreaterole THEN 'CREATEROLE' END, CASE WHEN NOT r.rolinherit THEN 'NOINHERIT' END,
           CASE WHEN r.rolcanlogin THEN 'LOGIN' END, CASE WHEN r.rolreplication THEN 'REPLICATION' END,
           CASE WHEN r.rolbypassrls THEN 'BYPASSRLS' END
       ] AS flags,
       nullif(r.rolconnlimit, -1)::text AS connection_limit,
       quote_literal(nullif(r.rolvaliduntil, 'infinity')::text) AS valid_until,
       m.roles, m.with_options, s.settings, s.setting_values,
       shobj_description(r.oid, 'pg_authid') AS comment,
       (SELECT string_agg(quote_ident(d.datname), ', ' ORDER BY d.datname)
        FROM pg_db_role_setting x
        JOIN pg_database d ON d.oid = x.setdatabase
        WHERE x.setrole = r.oid) AS databases
FROM pg_roles r
CROSS JOIN LATERAL (
    SELECT array_agg(quote_ident(g.above) ORDER BY g.above) AS roles,
           array_agg(CASE WHEN g.options = '' THEN '' ELSE ' WITH ' || g.options END ORDER BY g.above) AS with_options
    FROM (
        -- A membership of 16 and later says by itself what it is good for.
        SELECT a.rolname::text AS above,
               concat_ws(', ',
                   CASE WHEN bool_or(b.admin_option) THEN 'ADMIN OPTION' END,
                   CASE WHEN bool_or((to_jsonb(b) ->> 'inherit_option')::boolean) <> r.rolinherit
                        THEN 'INHERIT ' || upper(bool_or((to_jsonb(b) ->> 'inherit_option')::boolean)::text) END,
                   CASE WHEN NOT bool_or((to_jsonb(b) ->> 'set_option')::boolean) THEN 'SET FALSE' END
               ) AS options
        FROM pg_auth_members b
        JOIN pg_roles a ON a.oid = b.roleid
        WHERE b.member = r.oid
        GROUP BY a.rolname
    ) g
) m
CROSS JOIN LATERAL (
    SELECT array_agg(quote_ident(c.name)) AS settings,
           -- The values of these are lists of names, quoted already.
           array_agg(CASE WHEN c.name IN ('search_path', 'temp_tablespaces', 'local_preload_libraries',
                                          'session_preload_libraries', 'shared_preload_libraries')
                          THEN regexp_replace(c.value, '(^|, *)""(?=,|$)', '\1''''', 'g') ELSE quote_literal(c.value) END) AS setting_values
    FROM (
        SELECT split_part(u.setting, '=', 1) AS name, substr(u.setting, strpos(u.setting, '=') + 1) AS value
        FROM pg_db_role_setting x
        CROSS JOIN LATERAL unnest(x.setconfig) u (setting)
        WHERE x.setrole = r.oid AND x.setdatabase = 0
    ) c
) s
WHERE r.rolname = ANY ($1)
