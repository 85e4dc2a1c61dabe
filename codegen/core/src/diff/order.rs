//! Columns that stand in another order than they are written in: PostgreSQL cannot move a column, so that is no difference
//! that a plan could end, but it is told.

use std::collections::BTreeSet;
use std::fmt;

use crate::catalog::{Catalog, Column};
use crate::name::{Identifier, QualifiedName};

/// A table whose columns stand in another order than is wanted, also once what is to come and go has come and gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnOrder {
    /// The table.
    pub table: QualifiedName,
    /// The order that it has or will have: new columns stand at the end.
    pub there: Vec<Identifier>,
    /// The order that is wanted.
    pub wanted: Vec<Identifier>,
}

/// The tables of both catalogs whose columns will stand in another order than `desired` has them.
#[must_use]
pub fn column_orders(current: &Catalog, desired: &Catalog) -> Vec<ColumnOrder> {
    let names = |columns: &[Column]| columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
    let order = |(table, body): (&QualifiedName, &crate::catalog::Table)| {
        let (before, wanted) = (names(&current.tables.get(table)?.columns), names(&body.columns));
        let is_wanted: BTreeSet<&Identifier> = wanted.iter().collect();
        let is_there: BTreeSet<&Identifier> = before.iter().collect();
        let new = wanted.iter().filter(|column| !is_there.contains(column)).cloned();
        let kept = before.iter().filter(|column| is_wanted.contains(column)).cloned();
        let there: Vec<Identifier> = kept.chain(new).collect();
        (there != wanted).then(|| ColumnOrder { table: table.clone(), there, wanted })
    };
    desired.tables.iter().filter_map(order).collect()
}

/// For people.
impl fmt::Display for ColumnOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { table, there, wanted } = self;
        let list = |columns: &[Identifier]| columns.iter().map(Identifier::as_str).collect::<Vec<_>>().join(", ");
        let (there, wanted) = (list(there), list(wanted));
        write!(
            f,
            "the columns of table {} stand in the order {there}; the order that is written is {wanted}",
            table.key()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::State;
    use crate::catalog::fixture::table;

    fn orders(current: &[&str], desired: &[&str]) -> Vec<String> {
        let catalog = |columns: &[&str]| {
            let mut state = State::default();
            let columns: Vec<String> = columns.iter().map(|column| format!("{column} integer")).collect();
            let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
            table(&mut state, "public.t", &columns);
            state.catalog
        };
        let (current, desired) = (catalog(current), catalog(desired));
        column_orders(&current, &desired).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_order_is_told_that_no_plan_reaches() {
        assert_eq!(orders(&["a", "b"], &["a", "b", "c"]), Vec::<String>::new());
        assert_eq!(orders(&["a", "x", "b"], &["a", "b"]), Vec::<String>::new());
        let told = "the columns of table public.t stand in the order a, c, b; the order that is written is a, b, c";
        assert_eq!(orders(&["a", "c"], &["a", "b", "c"]), [told]);
        assert_eq!(orders(&["a", "c", "b"], &["a", "b", "c"]), [told]);
    }
}
