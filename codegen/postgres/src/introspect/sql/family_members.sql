
-- The operators and functions of operator families. An operator class has those that the server ties to it, a family the
-- functions that go only with it; the others come and go by themselves. What an extension adds to a family that is not
-- the user's is the extension's.
, each_member AS (
    SELECT 'pg_amop'::regclass::oid AS class, o.oid, o.amopfamily AS family, o.amoplefttype AS lefttype, o.amoprighttype AS righttype,
           'pg_operator'::regclass::oid AS uses_class, o.amopopr::oid AS uses, 'OPERATOR' AS word, o.amopstrategy AS number,
           concat(o.amopopr::regoperator, ' FOR ORDER BY ' || (
               SELECT format('%I.%I', n.nspname, s.opfname)
               FROM pg_opfamily s
               JOIN pg_namespace n ON n.oid = s.opfnamespace
               WHERE s.oid = o.amopsortfamily
           )) AS definition
    FROM pg_amop o
    WHERE o.oid >= 16384
    UNION ALL
    SELECT 'pg_amproc'::regclass, p.oid, p.amprocfamily, p.amproclefttype, p.amprocrighttype,
           'pg_proc'::regclass, p.amproc::oid, 'FUNCTION', p.amprocnum,
           format('(%s, %s) %s', format_type(p.amproclefttype, NULL), format_type(p.amprocrighttype, NULL), p.amproc::regprocedure)
    FROM pg_amproc p
    WHERE p.oid >= 16384
),
family_member AS (
    SELECT m.class, m.oid, m.family,
           format('%s %s (%s, %s)', m.word, m.number, format_type(m.lefttype, NULL), format_type(m.righttype, NULL)) AS name,
           format('%s %s %s', m.word, m.number, m.definition) AS definition,
           row_number() OVER (ORDER BY m.word DESC, m.number, m.lefttype::regtype::text, m.righttype::regtype::text) AS place,
           (
               SELECT d.refobjid FROM pg_depend d
               WHERE d.classid = m.class AND d.objid = m.oid AND d.refclassid = 'pg_opclass'::regclass AND d.deptype = 'i'
           ) AS operator_class,
           EXISTS (
               SELECT FROM pg_depend d
               WHERE d.classid = m.class AND d.objid = m.oid AND d.refclassid = 'pg_opfamily'::regclass AND d.deptype = 'i'
           ) AS is_of_family
    FROM each_member m
    LEFT JOIN member f ON f.classid = 'pg_opfamily'::regclass AND f.objid = m.family
    LEFT JOIN member u ON u.classid = m.uses_class AND u.objid = m.uses
    WHERE m.family >= 16384 AND f.objid IS NULL
       OR u.objid IS NULL AND m.uses >= 16384
       OR m.family < 16384 AND m.uses < 16384
)
