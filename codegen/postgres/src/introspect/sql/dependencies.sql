-- Objects that the user made have oids from 16384. A default is tied to its column by hand: how the server records
-- that differs between versions and between plain and generated columns.
SELECT classid AS class, objid AS object, objsubid AS part,
       refclassid AS referenced_class, refobjid AS referenced_object, refobjsubid AS referenced_part,
       deptype AS kind
FROM pg_depend
WHERE objid >= 16384
UNION ALL
SELECT 'pg_attrdef'::regclass, oid, 0, 'pg_class'::regclass, adrelid, adnum, 'i'
FROM pg_attrdef
WHERE oid >= 16384
