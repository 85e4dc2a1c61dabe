-- A system catalog that servers up to 18 do not have.
SELECT 'row of ' || d.classid::regclass::text, d.classid, d.objid, 0, NULL, d.xmin
FROM pg_depend d
WHERE d.objid >= 16384
  AND d.classid NOT IN (
      'pg_am'::regclass, 'pg_amop'::regclass, 'pg_amproc'::regclass, 'pg_attrdef'::regclass, 'pg_cast'::regclass,
      'pg_class'::regclass, 'pg_collation'::regclass, 'pg_constraint'::regclass, 'pg_conversion'::regclass,
      'pg_default_acl'::regclass, 'pg_event_trigger'::regclass, 'pg_extension'::regclass,
      'pg_foreign_data_wrapper'::regclass, 'pg_foreign_server'::regclass, 'pg_language'::regclass,
      'pg_largeobject'::regclass, 'pg_namespace'::regclass, 'pg_opclass'::regclass, 'pg_operator'::regclass,
      'pg_opfamily'::regclass, 'pg_policy'::regclass, 'pg_proc'::regclass, 'pg_publication'::regclass,
      'pg_publication_rel'::regclass, 'pg_rewrite'::regclass, 'pg_statistic_ext'::regclass,
      'pg_subscription'::regclass, 'pg_transform'::regclass, 'pg_trigger'::regclass, 'pg_ts_config'::regclass,
      'pg_ts_dict'::regclass, 'pg_ts_parser'::regclass, 'pg_ts_template'::regclass, 'pg_type'::regclass,
      'pg_user_mapping'::regclass
  )
  AND d.classid IS DISTINCT FROM to_regclass('pg_publication_namespace')
UNION ALL
SELECT 'dependency on an extension', d.classid, d.objid, d.objsubid, e.extname::text, d.xmin
FROM pg_depend d
JOIN pg_extension e ON e.oid = d.refobjid
WHERE d.deptype = 'x' AND d.refclassid = 'pg_extension'::regclass
