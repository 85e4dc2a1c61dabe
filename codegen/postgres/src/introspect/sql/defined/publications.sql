SELECT 'publication', 'pg_publication'::regclass, p.oid, NULL, p.pubname::text, NULL,
       format('CREATE PUBLICATION %I', p.pubname) || CASE WHEN p.puballtables THEN ' FOR ALL TABLES' ELSE '' END,
       ARRAY['publish', 'publish_via_partition_root', 'publish_generated_columns'],
       ARRAY[
           CASE WHEN NOT (p.pubinsert AND p.pubupdate AND p.pubdelete AND p.pubtruncate) THEN quote_literal(concat_ws(
               ', ', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
               CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END)) END,
           CASE WHEN p.pubviaroot THEN 'true' END,
           CASE to_jsonb(p) ->> 'pubgencols' WHEN 's' THEN 'stored' END
       ]
FROM pg_publication p
