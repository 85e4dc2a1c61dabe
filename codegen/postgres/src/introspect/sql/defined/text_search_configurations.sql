-- A token is mapped to its dictionaries in their order.
SELECT 'text search configuration', 'pg_ts_config'::regclass, c.oid, n.nspname::text, c.cfgname::text, NULL,
       format('CREATE TEXT SEARCH CONFIGURATION %I.%I (PARSER = %I.%I)', n.nspname, c.cfgname, m.nspname, p.prsname),
       o.names, o.settings
FROM pg_ts_config c
JOIN pg_namespace n ON n.oid = c.cfgnamespace
JOIN pg_ts_parser p ON p.oid = c.cfgparser
JOIN pg_namespace m ON m.oid = p.prsnamespace
CROSS JOIN LATERAL (
    SELECT array_agg(t.token) AS names, array_agg(t.dictionaries) AS settings
    FROM (
        SELECT 'MAPPING ' || quote_ident(k.alias) AS token,
               string_agg(format('%I.%I', e.nspname, d.dictname), ', ' ORDER BY m.mapseqno) AS dictionaries
        FROM pg_ts_config_map m
        JOIN ts_token_type(c.cfgparser) k ON k.tokid = m.maptokentype
        JOIN pg_ts_dict d ON d.oid = m.mapdict
        JOIN pg_namespace e ON e.oid = d.dictnamespace
        WHERE m.mapcfg = c.oid
        GROUP BY k.alias
    ) t
) o
WHERE n.nspname !~ '^pg_temp_' AND c.oid >= 16384
