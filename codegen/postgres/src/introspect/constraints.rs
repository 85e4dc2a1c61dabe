//! The constraints of tables, each with the index behind it.

use lockstep_core::catalog::{Constraint, ConstraintKind, Deferrability, ObjectAddress, ObjectKind, Reference};
use lockstep_core::name::Identifier;
use postgres::Row;

use super::Reader;
use super::found::{Found, Key, class};
use super::row::{
    code, deparsed, identifier, optional_identifier, optional_qualified, options, statistics_targets, unknown_code,
};
use crate::error::Error;

const QUERY: &str = concat!(include_str!("sql/prelude.sql"), include_str!("sql/constraints.sql"));

pub(super) fn read(reader: &mut Reader<'_>, found: &mut Found) -> Result<(), Error> {
    for row in reader.rows("read the constraints", QUERY)? {
        let relation: u32 = row.get("relation");
        let Some(owner) = found.names.get(&relation).cloned() else { continue };
        let name = identifier(&row, "name");
        let address = ObjectAddress::part(ObjectKind::Constraint, &owner, name.clone());
        if let Some(index) = row.get("index") {
            found.addresses.insert(Key::new(class::RELATION, index), address.clone());
        }
        found.addresses.insert(Key::new(class::CONSTRAINT, row.get("oid")), address);
        let constraint = constraint(&row, &columns(&row, relation, found))?;
        if let Some(table) = found.catalog.tables.get_mut(&owner) {
            table.constraints.insert(name, constraint);
        }
    }
    Ok(())
}

/// An expression of an exclusion constraint has the number 0 and no name.
fn columns(row: &Row, relation: u32, found: &Found) -> Vec<Identifier> {
    let numbers: Option<Vec<i16>> = row.get("columns");
    numbers.into_iter().flatten().filter_map(|number| found.columns.get(&(relation, number)).cloned()).collect()
}

fn constraint(row: &Row, columns: &[Identifier]) -> Result<Constraint, Error> {
    let deferrability = deferrability(row);
    let enforced: bool = row.get("enforced");
    let validated = !enforced || row.get("validated");
    let deparsed = deparsed(row, "definition")?;
    let definition = if enforced { &*deparsed } else { deparsed.strip_suffix(" NOT ENFORCED").unwrap_or(&deparsed) };
    Ok(Constraint {
        kind: kind(row)?,
        columns: columns.to_vec(),
        references: optional_qualified(row, "referenced_schema", "referenced_table")
            .map(|table| Reference { table, columns: referenced_columns(row) }),
        definition: without_flags(definition, deferrability, validated).to_owned(),
        deferrability,
        validated,
        enforced,
        temporal: row.get("temporal"),
        options: options(row, "options"),
        tablespace: optional_identifier(row, "tablespace"),
        statistics_targets: statistics_targets(row),
        parent: optional_identifier(row, "parent"),
        local: row.get("local"),
        clustered: row.get::<_, Option<bool>>("clustered").unwrap_or_default(),
        index_comment: row.get("index_comment"),
        comment: row.get("comment"),
    })
}

fn referenced_columns(row: &Row) -> Vec<Identifier> {
    row.get::<_, Vec<String>>("referenced_columns").into_iter().map(Identifier).collect()
}

fn kind(row: &Row) -> Result<ConstraintKind, Error> {
    match code(row, "kind") {
        'p' => Ok(ConstraintKind::PrimaryKey),
        'u' => Ok(ConstraintKind::Unique),
        'c' => Ok(ConstraintKind::Check),
        'x' => Ok(ConstraintKind::Exclusion),
        'f' => Ok(ConstraintKind::ForeignKey),
        other => Err(unknown_code("contype", other)),
    }
}

fn deferrability(row: &Row) -> Deferrability {
    match (row.get("deferrable"), row.get("deferred")) {
        (false, _) => Deferrability::NotDeferrable,
        (true, false) => Deferrability::InitiallyImmediate,
        (true, true) => Deferrability::InitiallyDeferred,
    }
}

/// Takes from the end what `pg_get_constraintdef` appends for the flags: exactly that, in its order.
fn without_flags(definition: &str, deferrability: Deferrability, validated: bool) -> &str {
    let without = |text: &'_ str, suffix: &str| text.strip_suffix(suffix).map_or(text.len(), str::len);
    let mut definition = definition;
    if !validated {
        definition = &definition[..without(definition, " NOT VALID")];
    }
    match deferrability {
        Deferrability::NotDeferrable => definition,
        Deferrability::InitiallyImmediate => &definition[..without(definition, " DEFERRABLE")],
        Deferrability::InitiallyDeferred => &definition[..without(definition, " DEFERRABLE INITIALLY DEFERRED")],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_flags_that_are_set_are_taken_off() {
        let text = "CHECK ((note <> ' NOT VALID'::text)) NOT VALID";
        assert_eq!(without_flags(text, Deferrability::NotDeferrable, true), text);
        assert_eq!(without_flags(text, Deferrability::NotDeferrable, false), "CHECK ((note <> ' NOT VALID'::text))");
        assert_eq!(
            without_flags("UNIQUE (a) DEFERRABLE INITIALLY DEFERRED", Deferrability::InitiallyDeferred, true),
            "UNIQUE (a)"
        );
        assert_eq!(
            without_flags("UNIQUE (a) DEFERRABLE NOT VALID", Deferrability::InitiallyImmediate, false),
            "UNIQUE (a)"
        );
    }
}
