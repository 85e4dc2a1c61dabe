-- What every query starts from. The history tables are Lockstep's and refinery's own, never part of a schema.
WITH
user_schema AS (
    SELECT oid, nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
),
member AS (
    SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
),
history AS (
    SELECT oid FROM pg_class WHERE relname IN ('refinery_schema_history', 'lockstep_schema_history')
),
history_part AS (
    SELECT oid FROM history
    UNION ALL
    SELECT indexrelid FROM pg_index WHERE indrelid IN (SELECT oid FROM history)
    UNION ALL
    SELECT objid FROM pg_depend
    WHERE classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass AND refobjid IN (SELECT oid FROM history)
      AND refobjsubid > 0 AND deptype IN ('a', 'i')
),
relation AS (
    SELECT n.nspname, c.*, c.xmin AS transaction
    FROM pg_class c
    JOIN user_schema n ON n.oid = c.relnamespace
    WHERE c.relpersistence <> 't'
      AND c.oid NOT IN (SELECT oid FROM history_part)
      AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_class'::regclass AND m.objid = c.oid)
),
data_type AS (
    SELECT t.oid, n.nspname AS type_schema, coalesce(e.typname, t.typname) AS type_name, e.oid IS NOT NULL AS type_array,
           t.typcollation, t.typstorage
    FROM pg_type t
    LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A' AND t.typstorage <> 'p'
    JOIN pg_namespace n ON n.oid = coalesce(e.typnamespace, t.typnamespace)
)
