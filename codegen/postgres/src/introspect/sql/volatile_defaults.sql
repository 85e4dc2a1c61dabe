-- What an expression calls stands in its tree as oids of functions; what an operator or a cast calls does too.
SELECT v.adrelid AS relation, v.adnum AS number
FROM pg_attrdef v
JOIN relation c ON c.oid = v.adrelid AND c.relkind IN ('r', 'p', 'f')
JOIN pg_attribute a ON a.attrelid = v.adrelid AND a.attnum = v.adnum AND a.attgenerated = ''
WHERE EXISTS (
    SELECT FROM regexp_matches(v.adbin::text, ':(?:funcid|opfuncid|resfuncid) ([0-9]+)', 'g') AS call (oids)
    JOIN pg_proc p ON p.oid = call.oids[1]::oid
    WHERE p.provolatile = 'v'
)
