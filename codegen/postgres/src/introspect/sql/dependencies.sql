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
UNION ALL
-- The server would tie an operator that is added beside an operator class of its type to that class: one that it has not
-- tied was there first.
SELECT 'pg_opclass'::regclass, c.oid, 0, m.class, m.oid, 0, 'n'
FROM (
    SELECT 'pg_amop'::regclass AS class, oid, amopfamily AS family, amoplefttype AS type
    FROM pg_amop
    WHERE oid >= 16384 AND amoplefttype = amoprighttype
    UNION ALL
    SELECT 'pg_amproc'::regclass, oid, amprocfamily, amproclefttype
    FROM pg_amproc
    WHERE oid >= 16384 AND amproclefttype = amprocrighttype AND amprocnum = 1
) m
JOIN pg_opclass c ON c.opcfamily = m.family AND c.opcintype = m.type
JOIN pg_am a ON a.oid = c.opcmethod
WHERE a.amname IN ('btree', 'hash')
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = m.class AND d.objid = m.oid AND d.deptype = 'i')
