-- The cast of a range type to its multirange comes with the type.
SELECT 'cast', 'pg_cast'::regclass, c.oid, NULL, concat(format_type(c.castsource, NULL), ' AS ', format_type(c.casttarget, NULL)), NULL,
       concat(format('CREATE CAST (%s AS %s)', format_type(c.castsource, NULL), format_type(c.casttarget, NULL)),
              CASE c.castmethod WHEN 'f' THEN ' WITH FUNCTION ' || c.castfunc::regprocedure::text
                  WHEN 'b' THEN ' WITHOUT FUNCTION' WHEN 'i' THEN ' WITH INOUT' END,
              CASE c.castcontext WHEN 'a' THEN ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT' END),
       NULL, NULL
FROM pg_cast c
WHERE NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = 'pg_cast'::regclass AND i.objid = c.oid AND i.deptype = 'i')
