)
SELECT r.kind, coalesce(i.identity, r.object::text) AS object, r.detail,
       coalesce(r.transaction::text::bigint, 0) AS transaction
FROM refused r
CROSS JOIN LATERAL pg_identify_object(r.class, r.object, r.part) i
