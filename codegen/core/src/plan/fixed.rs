//! What PostgreSQL cannot change in place, and what must not be dropped and built anew without a word.
//!
//! In: both sides and the fates. Out: a diagnostic for each such change, that says what, where, and what can be done.

use crate::catalog::{ObjectAddress, ObjectKind, Table};
use crate::diagnostic::Diagnostic;
use crate::diff::{Attribute, Change};
use crate::plan::fate::{Fates, Sides};
use crate::plan::unit::Unit;

/// The first version with `SET ACCESS METHOD`.
pub(crate) const SETS_ACCESS_METHOD: u32 = 15;

pub(crate) fn refusals(sides: &Sides, fates: &Fates) -> Vec<Diagnostic> {
    let mut diagnostics = access_methods(sides);
    diagnostics.extend(operators_only_named(sides));
    diagnostics.extend(fates.converted.iter().filter_map(|column| partition_key(sides, fates, column)));
    diagnostics
}

fn access_methods(sides: &Sides) -> Vec<Diagnostic> {
    let major = sides.major();
    if major == 0 || major >= SETS_ACCESS_METHOD {
        return Vec::new();
    }
    let method = |table: Option<&Table>| {
        table.and_then(|table| table.access_method.as_ref()).map_or_else(|| "heap".to_owned(), ToString::to_string)
    };
    let changed = sides.changes.iter().filter(|(address, change)| {
        let is_other = matches!(change, Change::Alter(attributes) if attributes.contains(&Attribute::AccessMethod));
        address.kind == ObjectKind::Table && is_other
    });
    changed
        .map(|(address, _)| {
            let (from, to) = (method(sides.current.table(address)), method(sides.desired.table(address)));
            let message = format!(
                "PostgreSQL {major} does not change the access method of a table that exists: {address} is {from} and \
                 should be {to}"
            );
            Diagnostic::error("access-method-fixed", message).about(address).hint(format!(
                "create a table of another name with `USING {to}`, copy the rows and swap the names, or write `USING \
                 {from}` for now: from {SETS_ACCESS_METHOD} on it is one statement"
            ))
        })
        .collect()
}

/// The operators that go while another one names them: when they are dropped, PostgreSQL takes their names from that one.
fn operators_only_named(sides: &Sides) -> Vec<Diagnostic> {
    let named = sides.desired.facts.shell_operators.iter();
    let gone = named.filter(|(_, named)| sides.current.catalog.defined.contains_key(named));
    gone.map(|(operator, named)| {
        let message = format!("{named} is dropped, and {operator} still names it");
        Diagnostic::error("operator-only-named", message)
            .about(operator)
            .hint("take its COMMUTATOR or NEGATOR clause away too, or keep the operator that it names")
    })
    .collect()
}

/// A column that gets a new type under the same name, for its type has to be dropped and created, while rows are sorted
/// into partitions by it.
fn partition_key(sides: &Sides, fates: &Fates, column: &ObjectAddress) -> Option<Diagnostic> {
    let table = sides.current.owner(column)?;
    let key = sides.current.table(column)?.partition_key.as_ref()?;
    if !key.columns.contains(column.part.as_ref()?) || fates.is_gone(&Unit::Object(table.clone())) {
        return None;
    }
    let data_type = &sides.current.column(column)?.data_type;
    let message = format!(
        "{column} is in the partition key of {table} ({}), and PostgreSQL does not change the type of such a column; its \
         type {} has to be dropped and created",
        key.definition, data_type.text
    );
    let hint = format!(
        "leave {} as it is, for what can be added to a type needs no new one; or create a type and a table of other \
         names, copy the rows, and swap the names",
        data_type.text
    );
    Some(Diagnostic::error("partition-key-type", message).about(column).hint(hint))
}

#[cfg(test)]
mod tests {
    use crate::catalog::fixture::{state, table, table_mut};
    use crate::plan::{PlanOptions, plan};

    #[test]
    fn before_15_a_table_keeps_its_access_method() {
        let with = |method: Option<&str>, major: u32| {
            let mut state = state(|it| table(it, "shop.a", &["id bigint"]));
            table_mut(&mut state, "shop.a").access_method = method.map(Into::into);
            state.major = major;
            state
        };
        let refused = plan(&with(None, 14), &with(Some("columnar"), 14), &PlanOptions::default()).unwrap_err();
        assert_eq!(refused.len(), 1);
        assert_eq!(refused[0].code, "access-method-fixed");
        assert!(refused[0].message.contains("table shop.a is heap and should be columnar"), "{}", refused[0].message);
        let planned = plan(&with(None, 15), &with(Some("columnar"), 15), &PlanOptions::default()).unwrap();
        assert_eq!(planned.files[0].steps[0].sql, "ALTER TABLE shop.a SET ACCESS METHOD columnar");
        let is_new = |major| plan(&state(|it| it.major = major), &with(Some("columnar"), 14), &PlanOptions::default());
        assert!(is_new(14).is_ok());
    }
}
