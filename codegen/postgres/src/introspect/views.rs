//! Views and materialized views, still without their columns, indexes and triggers.

use std::collections::BTreeMap;

use lockstep_core::catalog::{MaterializedView, ObjectAddress, ObjectKind, View};
use postgres::Row;

use super::Reader;
use super::found::{Found, Key, class};
use super::row::{deparsed, optional_identifier, options, qualified, relation_options};
use crate::error::Error;

const QUERY: &str = concat!(include_str!("sql/prelude.sql"), include_str!("sql/views.sql"));

pub(super) fn read(reader: &mut Reader<'_>, found: &mut Found) -> Result<(), Error> {
    for row in reader.rows("read the views", QUERY)? {
        let name = qualified(&row, "schema", "name");
        let key = Key::new(class::RELATION, row.get("oid"));
        if row.get("materialized") {
            found.name(key, ObjectAddress::object(ObjectKind::MaterializedView, &name), &name);
            found.catalog.materialized_views.insert(name, materialized_view(&row)?);
        } else {
            found.name(key, ObjectAddress::object(ObjectKind::View, &name), &name);
            found.catalog.views.insert(name, view(&row)?);
        }
    }
    Ok(())
}

fn view(row: &Row) -> Result<View, Error> {
    Ok(View {
        query: deparsed(row, "query")?,
        columns: Vec::new(),
        options: options(row, "options"),
        triggers: BTreeMap::new(),
        comment: row.get("comment"),
    })
}

fn materialized_view(row: &Row) -> Result<MaterializedView, Error> {
    Ok(MaterializedView {
        query: deparsed(row, "query")?,
        columns: Vec::new(),
        options: relation_options(row),
        access_method: optional_identifier(row, "access_method"),
        tablespace: optional_identifier(row, "tablespace"),
        indexes: BTreeMap::new(),
        comment: row.get("comment"),
    })
}
