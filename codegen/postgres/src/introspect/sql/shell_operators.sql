-- The operators that are only named, as the commutator or negator of another: it makes them when it is made.
SELECT o.oid AS operator, n.nspname AS schema, s.oprname AS name,
       coalesce(format_type(nullif(s.oprleft, 0), NULL), 'NONE') || ', ' || format_type(s.oprright, NULL) AS part
FROM pg_operator o
JOIN pg_operator s ON s.oid IN (o.oprcom, o.oprnegate) AND s.oprcode = 0
JOIN pg_namespace n ON n.oid = s.oprnamespace
WHERE o.oid >= 16384
