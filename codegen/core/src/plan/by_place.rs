//! What reads or returns the rows of a table through a function, and with them their columns by place.
//!
//! The deparser writes a view of such rows as `FROM f() x(a, b, c)`, and `SELECT *` in a body between `BEGIN ATOMIC` and
//! `END` as `SELECT t.a, t.b, t.c`: the text names the columns of the table in their order. They have to stand at their
//! places before the text is run, and where the table has another order than the schema, the text means other columns.

use crate::catalog::{Column, ObjectAddress, ObjectKind, Table};
use crate::diagnostic::Diagnostic;
use crate::emit::sql::routine_signature;
use crate::name::{Identifier, QualifiedName};
use crate::plan::fate::{Fates, Sides};
use crate::plan::unit::{Side, Unit};
use crate::sql::{Lexer, TokenKind};

/// What reads by place on the desired side, with the tables of both sides that it reads so.
pub(crate) fn readers(sides: &Sides) -> Vec<(Unit, QualifiedName)> {
    let desired = &sides.desired;
    let mut readers = Vec::new();
    for (unit, needs) in &desired.needs {
        let Unit::Object(ObjectAddress { kind, .. }) = unit else { continue };
        if ![ObjectKind::View, ObjectKind::MaterializedView, ObjectKind::Routine].contains(kind) {
            continue;
        }
        let tables = needs.iter().filter_map(|need| returned_table(desired, need));
        readers.extend(
            tables.filter(|table| sides.current.catalog.tables.contains_key(table)).map(|it| (unit.clone(), it)),
        );
    }
    readers
}

/// The functions that return the rows of a table that both sides have: where its body is read as it is made, its columns
/// are held against those of the table, by place.
pub(crate) fn makers(sides: &Sides) -> Vec<(Unit, QualifiedName)> {
    let desired = &sides.desired;
    let made = desired.needs.keys().filter_map(|unit| Some((unit.clone(), returned_table(desired, unit)?)));
    made.filter(|(_, table)| sides.current.catalog.tables.contains_key(table)).collect()
}

/// Those of [`makers`] whose text is written by the plan and read as it is: a body that is a string is read when it runs.
fn written_makers(sides: &Sides) -> Vec<(Unit, QualifiedName)> {
    let mut makers = makers(sides);
    makers.retain(|(maker, _)| {
        let signature = routine_signature(maker.address());
        let [current, desired] = [&sides.current, &sides.desired]
            .map(|side| side.catalog.routines.get(&signature).map(|routine| routine.definition.as_str()));
        desired != current && desired.is_some_and(|text| !ends_in_string(text))
    });
    makers
}

/// `AS $function$…$function$`; what PostgreSQL reads as it is made ends in `END`, or in an expression after `RETURN`.
fn ends_in_string(definition: &str) -> bool {
    let last = Lexer::new(definition, 0).filter_map(Result::ok).last();
    last.is_some_and(|token| matches!(token.kind, TokenKind::String | TokenKind::DollarString))
}

/// The table whose rows a function returns.
fn returned_table(side: &Side, function: &Unit) -> Option<QualifiedName> {
    let Unit::Object(address) = function else { return None };
    if address.kind != ObjectKind::Routine {
        return None;
    }
    let result = side.catalog.routines.get(&routine_signature(address))?.result.as_ref()?;
    let result = result.strip_prefix("SETOF ").unwrap_or(result);
    let tables = side.needs_of(function).filter(|need| need.address().kind == ObjectKind::Table);
    tables.filter_map(|table| table.address().qualified_name()).find(|name| name.to_string() == *result)
}

/// The columns of a table, as units.
pub(crate) fn columns(sides: &Sides, table: &QualifiedName) -> Vec<Unit> {
    let of = |side: &Side| -> Vec<Identifier> {
        side.catalog.tables.get(table).map(|table| names(&table.columns)).unwrap_or_default()
    };
    let mut all = of(&sides.current);
    all.extend(of(&sides.desired));
    all.sort();
    all.dedup();
    all.into_iter().map(|column| Unit::Object(ObjectAddress::part(ObjectKind::Column, table, column))).collect()
}

/// Whether columns come or go, so that others get another place.
pub(crate) fn shifts(sides: &Sides, table: &QualifiedName) -> bool {
    columns(sides, table).iter().any(|column| !sides.current.has(column) || !sides.desired.has(column))
}

/// A diagnostic for each text that names columns by place, of a table whose columns will not stand as the schema has them.
pub(crate) fn refusals(sides: &Sides, fates: &Fates) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let read = readers(sides).into_iter().map(|reader| (reader, "reads"));
    let returned = written_makers(sides).into_iter().map(|maker| (maker, "returns"));
    for ((unit, table), verb) in read.chain(returned) {
        let tables = (sides.current.catalog.tables.get(&table), sides.desired.catalog.tables.get(&table));
        let (Some(current), Some(desired)) = tables else { continue };
        let order = order_to_be(&table, current, desired, fates);
        if order == names(&desired.columns) {
            continue;
        }
        let order: Vec<String> = order.iter().map(ToString::to_string).collect();
        let message = format!(
            "{} {verb} the columns of table {} by place, and in the database they will not stand as in the schema",
            unit.address(),
            table.key()
        );
        let hint = format!(
            "write the columns of the table in the order {}, or let the function return TABLE (…)",
            order.join(", ")
        );
        diagnostics.push(Diagnostic::error("columns-by-place", message).about(unit.address()).hint(hint));
    }
    diagnostics
}

/// Columns that stay keep their order, others come last.
fn order_to_be(table: &QualifiedName, current: &Table, desired: &Table, fates: &Fates) -> Vec<Identifier> {
    let stays = |name: &Identifier| {
        let column = Unit::Object(ObjectAddress::part(ObjectKind::Column, table, name.clone()));
        current.columns.iter().any(|column| column.name == *name) && !fates.is_gone(&column)
    };
    let desired = names(&desired.columns);
    let mut order: Vec<Identifier> =
        names(&current.columns).into_iter().filter(|name| stays(name) && desired.contains(name)).collect();
    order.extend(desired.into_iter().filter(|name| !stays(name)));
    order
}

fn names(columns: &[Column]) -> Vec<Identifier> {
    columns.iter().map(|column| column.name.clone()).collect()
}
