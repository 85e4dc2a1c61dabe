//! Which types rows hold: those of columns, and whatever those are made of.

use std::collections::BTreeSet;

use crate::catalog::{Catalog, DataType};
use crate::name::QualifiedName;

/// The names of all types, row types of relations among them, that a column of a table or materialized view has or
/// contains: as an element, a base, an attribute or a bound.
pub(crate) fn stored_types(catalog: &Catalog) -> BTreeSet<QualifiedName> {
    walk(catalog).into_iter().map(|(name, _)| name).collect()
}

/// Those of them that are part of another type: not a column's own type, nor a base of it.
pub(crate) fn contained_types(catalog: &Catalog) -> BTreeSet<QualifiedName> {
    walk(catalog).into_iter().filter(|(_, place)| *place == Place::Inside).map(|(name, _)| name).collect()
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Column,
    Inside,
}

fn walk(catalog: &Catalog) -> BTreeSet<(QualifiedName, Place)> {
    let tables = catalog.tables.values().flat_map(|table| &table.columns).map(|column| &column.data_type);
    let views = catalog.materialized_views.values().flat_map(|view| &view.columns).map(|column| &column.data_type);
    let columns = tables.chain(views).filter(|data_type| data_type.name.schema.as_str() != "pg_catalog");
    let mut pending: Vec<(&DataType, Place)> = columns.map(|data_type| (data_type, Place::Column)).collect();
    let mut seen = BTreeSet::new();
    while let Some((DataType { text: _, name, array }, place)) = pending.pop() {
        let place = if *array { Place::Inside } else { place };
        if !seen.insert((name.clone(), place)) {
            continue;
        }
        pending.extend(catalog.domains.get(name).map(|domain| (&domain.data_type, place)));
        let attributes = catalog.composites.get(name).into_iter().flat_map(|composite| &composite.attributes);
        let columns = catalog.tables.get(name).into_iter().flat_map(|table| &table.columns);
        let view_columns = catalog.views.get(name).into_iter().flat_map(|view| &view.columns);
        let parts = attributes.map(|attribute| &attribute.data_type);
        let parts = parts.chain(columns.map(|column| &column.data_type));
        let parts = parts.chain(view_columns.map(|column| &column.data_type));
        pending.extend(parts.map(|data_type| (data_type, Place::Inside)));
        for (range, body) in &catalog.ranges {
            if range == name || body.multirange == *name {
                seen.insert((range.clone(), place));
                pending.push((&body.subtype, Place::Inside));
            }
        }
    }
    seen
}
