//! The columns of tables, views and materialized views.

use lockstep_core::catalog::{
    Column, Generated, GeneratedKind, Identity, IdentityKind, NotNull, ObjectAddress, ObjectKind, ViewColumn,
};
use lockstep_core::name::Identifier;
use postgres::Row;

use super::Reader;
use super::found::{Found, Key, class};
use super::row::{
    code, data_type, deparsed, foreign_options, identifier, optional_identifier, optional_qualified, options,
    persistence, sequence_options, unknown_code,
};
use crate::error::Error;

const QUERY: &str = concat!(include_str!("sql/prelude.sql"), include_str!("sql/columns.sql"));

pub(super) fn read(reader: &mut Reader<'_>, found: &mut Found) -> Result<(), Error> {
    for row in reader.rows("read the columns", QUERY)? {
        add(&row, found)?;
    }
    Ok(())
}

fn add(row: &Row, found: &mut Found) -> Result<(), Error> {
    let (relation, number) = (row.get("relation"), row.get("number"));
    let Found { catalog, addresses, names, columns, inherited_not_nulls, beyond: _, partition_constraints: _ } = found;
    let Some(owner) = names.get(&relation) else { return Ok(()) };
    let name = identifier(row, "name");
    columns.insert((relation, number), name.clone());
    if let Some(table) = catalog.tables.get_mut(owner) {
        let address = ObjectAddress::part(ObjectKind::Column, owner, name);
        if let Some(constraint) = not_null(row).filter(|_| row.get("not_null_inherited")) {
            inherited_not_nulls.insert(address.clone(), constraint);
        }
        addresses.insert(Key::column(relation, number), address);
        table.columns.push(column(row, &owner.name)?);
    } else if let Some(view) = catalog.views.get_mut(owner) {
        if let Some(default) = row.get("expression_oid") {
            let address = ObjectAddress::part(ObjectKind::Column, owner, name);
            addresses.insert(Key::new(class::DEFAULT, default), address);
        }
        view.columns.push(view_column(row)?);
    } else if let Some(view) = catalog.materialized_views.get_mut(owner) {
        view.columns.push(view_column(row)?);
    }
    Ok(())
}

fn column(row: &Row, table: &Identifier) -> Result<Column, Error> {
    let expression = expression(row)?;
    let (default, generated) = match (code(row, "generated"), expression) {
        ('\0', default) => (default, None),
        ('s', Some(expression)) => (None, Some(Generated { kind: GeneratedKind::Stored, expression })),
        ('v', Some(expression)) => (None, Some(Generated { kind: GeneratedKind::Virtual, expression })),
        (other, _) => return Err(unknown_code("attgenerated", other)),
    };
    Ok(Column {
        name: identifier(row, "name"),
        data_type: data_type(row),
        not_null: row.get("not_null"),
        not_null_constraint: own_not_null(row, table),
        default,
        identity: identity(row)?,
        generated,
        collation: optional_qualified(row, "collation_schema", "collation_name"),
        storage: storage(row)?,
        compression: compression(row)?,
        statistics_target: row.get("statistics_target"),
        options: options(row, "options"),
        foreign_options: foreign_options(row),
        local: row.get("local"),
        comment: row.get("comment"),
    })
}

/// The constraint behind `NOT NULL`; none before 18.
fn not_null(row: &Row) -> Option<NotNull> {
    Some(NotNull {
        name: optional_identifier(row, "not_null_name")?,
        no_inherit: row.get("not_null_no_inherit"),
        validated: row.get("not_null_validated"),
        comment: row.get("not_null_comment"),
    })
}

/// None where the constraint follows a parent's, and where it is what the server makes where nothing is said.
fn own_not_null(row: &Row, table: &Identifier) -> Option<NotNull> {
    let constraint = not_null(row).filter(|_| !row.get::<_, bool>("not_null_inherited"))?;
    let plain = NotNull::plain(table, &identifier(row, "name"));
    (constraint != plain).then_some(constraint)
}

/// A default, or what a generated column is generated from.
fn expression(row: &Row) -> Result<Option<String>, Error> {
    if row.get("has_expression") { deparsed(row, "expression").map(Some) } else { Ok(None) }
}

fn view_column(row: &Row) -> Result<ViewColumn, Error> {
    Ok(ViewColumn {
        name: identifier(row, "name"),
        data_type: data_type(row),
        collation: optional_qualified(row, "collation_schema", "collation_name"),
        default: expression(row)?,
        comment: row.get("comment"),
    })
}

/// An identity column without a sequence cannot be made with SQL; it would be refused as unknown.
fn identity(row: &Row) -> Result<Option<Identity>, Error> {
    let kind = match code(row, "identity") {
        '\0' => return Ok(None),
        'a' => IdentityKind::Always,
        'd' => IdentityKind::ByDefault,
        other => return Err(unknown_code("attidentity", other)),
    };
    let sequence = optional_identifier(row, "sequence");
    let comment = row.get("sequence_comment");
    // Before 15 every sequence is permanent.
    let persistence = row.get::<_, Option<i8>>("persistence").map(|_| persistence(row)).transpose()?;
    Ok(sequence.map(|sequence| Identity { kind, sequence, options: sequence_options(row), persistence, comment }))
}

fn storage(row: &Row) -> Result<Option<String>, Error> {
    let name = match code(row, "storage") {
        '\0' => return Ok(None),
        'p' => "plain",
        'e' => "external",
        'x' => "extended",
        'm' => "main",
        other => return Err(unknown_code("attstorage", other)),
    };
    Ok(Some(name.to_owned()))
}

fn compression(row: &Row) -> Result<Option<String>, Error> {
    let name = match code(row, "compression") {
        '\0' => return Ok(None),
        'p' => "pglz",
        'l' => "lz4",
        other => return Err(unknown_code("attcompression", other)),
    };
    Ok(Some(name.to_owned()))
}
