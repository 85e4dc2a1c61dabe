-- Tables that inherit from a table are rows of their own: `ONLY` leaves them alone. Servers before 15 have neither
-- column lists nor row filters: there the names resolve to the outer `absent`.
SELECT 'publication table', 'pg_publication_rel'::regclass, r.oid, NULL, p.pubname::text,
       format('%I.%I', n.nspname, c.relname),
       format('ALTER PUBLICATION %I ADD TABLE ONLY %I.%I', p.pubname, n.nspname, c.relname)
           || coalesce(' (' || (
               SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
               FROM pg_attribute a
               WHERE a.attrelid = c.oid AND a.attnum = ANY (later.columns::smallint[])
           ) || ')', '')
           || coalesce(' WHERE (' || pg_get_expr(later.filter, c.oid) || ')', ''),
       NULL, NULL
FROM (SELECT oid, prpubid, prrelid FROM pg_publication_rel) r
JOIN pg_publication p ON p.oid = r.prpubid
JOIN pg_class c ON c.oid = r.prrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN (SELECT NULL::int2vector AS prattrs, NULL::pg_node_tree AS prqual) absent
CROSS JOIN LATERAL (SELECT prattrs AS columns, prqual AS filter FROM pg_publication_rel l WHERE l.oid = r.oid) later
