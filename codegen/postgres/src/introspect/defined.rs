//! The objects that their definition tells all about: one file under `sql/defined/` for each kind, put together to one
//! query.
//!
//! Each file gives rows of one shape: `kind`, the name of a row of `DEFINED_KINDS`; `class` and `object`, as `pg_depend`
//! names it; `schema`, `name` and `part`, its address; `definition`, what `CREATE` starts with; `clauses`, the names of
//! its clauses, and `settings`, what each of them is set to: null where it is not. A row with an empty definition is a
//! part of the object of that address: what it depends on, that does.

use std::collections::BTreeMap;

use lockstep_core::catalog::{Defined, ObjectAddress, ObjectKind, SECRET_VALUE, is_secret};
use postgres::{Row, Transaction};

use super::Reader;
use super::found::{Found, Key};
use super::row::{deparsed, identifier, optional_identifier};
use crate::error::Error;

/// The rows of one kind, and the first major version that has the catalogs they are read from.
struct Query {
    since: u32,
    sql: &'static str,
}

const QUERIES: &[Query] = &[
    Query { since: 14, sql: include_str!("sql/defined/event_triggers.sql") },
    Query { since: 14, sql: include_str!("sql/defined/access_methods.sql") },
    Query { since: 14, sql: include_str!("sql/defined/languages.sql") },
    Query { since: 14, sql: include_str!("sql/defined/operators.sql") },
    Query { since: 14, sql: include_str!("sql/defined/operator_families.sql") },
    Query { since: 14, sql: include_str!("sql/defined/operator_classes.sql") },
    Query { since: 14, sql: include_str!("sql/defined/operator_family_members.sql") },
    Query { since: 14, sql: include_str!("sql/defined/casts.sql") },
    Query { since: 14, sql: include_str!("sql/defined/transforms.sql") },
    Query { since: 14, sql: include_str!("sql/defined/text_search_parsers.sql") },
    Query { since: 14, sql: include_str!("sql/defined/text_search_templates.sql") },
    Query { since: 14, sql: include_str!("sql/defined/text_search_dictionaries.sql") },
    Query { since: 14, sql: include_str!("sql/defined/text_search_configurations.sql") },
    Query { since: 14, sql: include_str!("sql/defined/policies.sql") },
    Query { since: 14, sql: include_str!("sql/defined/rules.sql") },
    Query { since: 14, sql: include_str!("sql/defined/extended_statistics.sql") },
    Query { since: 14, sql: include_str!("sql/defined/publications.sql") },
    Query { since: 14, sql: include_str!("sql/defined/publication_tables.sql") },
    Query { since: 15, sql: include_str!("sql/defined/publication_schemas.sql") },
    Query { since: 14, sql: include_str!("sql/defined/subscriptions.sql") },
    Query { since: 14, sql: include_str!("sql/defined/foreign_data_wrappers.sql") },
    Query { since: 14, sql: include_str!("sql/defined/servers.sql") },
    Query { since: 14, sql: include_str!("sql/defined/user_mappings.sql") },
    Query { since: 14, sql: include_str!("sql/defined/collations.sql") },
    Query { since: 14, sql: include_str!("sql/defined/conversions.sql") },
];

const PRELUDE: &str = include_str!("sql/prelude.sql");
/// What the queries about operator classes and families share.
const FAMILY_MEMBERS: &str = include_str!("sql/family_members.sql");
const BEGIN: &str = "\n, defined (kind, class, object, schema, name, part, definition, clauses, settings) AS (\n";
const UNION: &str = "\nUNION ALL\n";
const END: &str = "\n)
SELECT o.*, coalesce(d.description, shobj_description(o.object, o.class::regclass::name)) AS comment
FROM defined o
LEFT JOIN pg_description d ON d.classoid = o.class AND d.objoid = o.object AND d.objsubid = 0
WHERE o.object >= 16384 AND NOT EXISTS (SELECT FROM member m WHERE m.classid = o.class AND m.objid = o.object)";

pub(super) fn read(reader: &mut Reader<'_>, found: &mut Found) -> Result<(), Error> {
    let query = query(reader.major, "true");
    for row in reader.rows("read the objects that their definition tells all about", &query)? {
        let (address, object) = object(&row)?;
        found.addresses.insert(Key::new(row.get("class"), row.get("object")), address.clone());
        if !object.definition.is_empty() {
            found.catalog.defined.insert(address, object);
        }
    }
    Ok(())
}

/// The objects for which the condition holds; `o.kind` and so on are what it can ask about.
pub(crate) fn select(
    transaction: &mut Transaction<'_>,
    major: u32,
    condition: &str,
) -> Result<BTreeMap<ObjectAddress, Defined>, Error> {
    let whole = format!("{condition} AND o.definition <> ''");
    let rows = transaction.query_typed(&query(major, &whole), &[]);
    rows.map_err(Error::action("read an object that its definition tells all about"))?.iter().map(object).collect()
}

/// In which transaction each object was made, or changed in what it depends on.
pub(crate) fn transactions(transaction: &mut Transaction<'_>, major: u32) -> Result<Vec<(ObjectAddress, u32)>, Error> {
    let sql = format!(
        "SELECT q.*, coalesce((
             SELECT min(d.xmin::text::bigint) FROM pg_depend d WHERE d.classid = q.class AND d.objid = q.object
         ), 0) AS transaction
         FROM ({}) q",
        query(major, "o.definition <> ''")
    );
    let rows = transaction.query_typed(&sql, &[]).map_err(Error::action("read what made the objects of the schema"))?;
    let number = |row: &Row| u32::try_from(row.get::<_, i64>("transaction")).unwrap_or_default();
    rows.iter().map(|row| Ok((address(row)?, number(row)))).collect()
}

fn query(major: u32, condition: &str) -> String {
    let there: Vec<&str> = QUERIES.iter().filter(|query| query.since <= major).map(|query| query.sql).collect();
    format!("{PRELUDE}{FAMILY_MEMBERS}{BEGIN}{}{END} AND {condition}", there.join(UNION))
}

fn object(row: &Row) -> Result<(ObjectAddress, Defined), Error> {
    Ok((address(row)?, defined(row)?))
}

fn address(row: &Row) -> Result<ObjectAddress, Error> {
    let kind = ObjectKind::try_from(row.get::<_, String>("kind")).map_err(Error::Unexpected)?;
    Ok(ObjectAddress {
        kind,
        schema: optional_identifier(row, "schema"),
        name: identifier(row, "name"),
        part: optional_identifier(row, "part"),
    })
}

fn defined(row: &Row) -> Result<Defined, Error> {
    let clauses: Option<Vec<String>> = row.get("clauses");
    let settings: Option<Vec<Option<String>>> = row.get("settings");
    let all = clauses.unwrap_or_default().into_iter().zip(settings.unwrap_or_default());
    let without_secret = |clause: String, setting: String| {
        let is_secret = clause.strip_prefix("OPTION ").is_some_and(is_secret);
        (clause, if is_secret { SECRET_VALUE.to_owned() } else { setting })
    };
    Ok(Defined {
        definition: deparsed(row, "definition")?,
        clauses: all.filter_map(|(clause, setting)| Some(without_secret(clause, setting?))).collect(),
        comment: row.get("comment"),
    })
}
