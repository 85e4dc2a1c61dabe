//! Views and materialized views as tables that nobody writes to.
//!
//! Every column of theirs may be NULL, as far as the catalog tells: the certificate says of which the opposite is proven.

use std::collections::BTreeMap;

use crate::catalog::{Catalog, Column, Index, Options, Table, ViewColumn};
use crate::name::{Identifier, QualifiedName};

/// The views by their names. `not_null` tells of a column whether it is never NULL.
pub(super) fn tables(
    catalog: &Catalog,
    not_null: impl Fn(&QualifiedName, &Identifier) -> bool,
) -> BTreeMap<QualifiedName, Table> {
    let none = BTreeMap::new();
    let views = catalog.views.iter().map(|(name, view)| (name, &view.columns, &none, &view.comment));
    let materialized = catalog.materialized_views.iter();
    let materialized = materialized.map(|(name, view)| (name, &view.columns, &view.indexes, &view.comment));
    views
        .chain(materialized)
        .map(|(name, columns, indexes, comment): (_, &Vec<ViewColumn>, &BTreeMap<Identifier, Index>, _)| {
            let columns = columns.iter().map(|each| column(each, not_null(name, &each.name))).collect();
            let table = Table { columns, indexes: indexes.clone(), comment: comment.clone(), ..Table::default() };
            (name.clone(), table)
        })
        .collect()
}

fn column(column: &ViewColumn, not_null: bool) -> Column {
    let ViewColumn { name, data_type, collation, default: _, comment } = column;
    Column {
        name: name.clone(),
        data_type: data_type.clone(),
        not_null,
        default: None,
        identity: None,
        generated: None,
        collation: collation.clone(),
        storage: None,
        compression: None,
        not_null_constraint: None,
        statistics_target: None,
        options: BTreeMap::new(),
        foreign_options: Options::default(),
        local: true,
        comment: comment.clone(),
    }
}
