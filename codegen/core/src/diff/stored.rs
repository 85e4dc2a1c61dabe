//! Which types rows hold: those of columns, and whatever those are made of.

use std::collections::BTreeSet;

use crate::catalog::{Catalog, DataType};
use crate::name::QualifiedName;

/// The names of all types, row types of relations among them, that a column of a table or materialized view has or
/// contains: as an element, a base, an attribute or a bound.
pub(crate) fn stored_types(catalog: &Catalog) -> BTreeSet<QualifiedName> {
    let tables = catalog.tables.values().flat_map(|table| &table.columns).map(|column| &column.data_type);
    let views = catalog.materialized_views.values().flat_map(|view| &view.columns).map(|column| &column.data_type);
    let mut pending: Vec<&DataType> = tables.chain(views).filter(|data_type| !is_built_in(data_type)).collect();
    let mut stored = BTreeSet::new();
    while let Some(DataType { text: _, name, array: _ }) = pending.pop() {
        if !stored.insert(name.clone()) {
            continue;
        }
        pending.extend(catalog.domains.get(name).map(|domain| &domain.data_type));
        let attributes = catalog.composites.get(name).into_iter().flat_map(|composite| &composite.attributes);
        pending.extend(attributes.map(|attribute| &attribute.data_type));
        let columns = catalog.tables.get(name).into_iter().flat_map(|table| &table.columns);
        pending.extend(columns.map(|column| &column.data_type));
        let columns = catalog.views.get(name).into_iter().flat_map(|view| &view.columns);
        pending.extend(columns.map(|column| &column.data_type));
        for (range, body) in &catalog.ranges {
            if range == name || body.multirange == *name {
                stored.insert(range.clone());
                pending.push(&body.subtype);
            }
        }
    }
    stored
}

fn is_built_in(data_type: &DataType) -> bool {
    data_type.name.schema.as_str() == "pg_catalog"
}
