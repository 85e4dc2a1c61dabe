//! Sequences, but for those of identity columns, which stand with their column.

use lockstep_core::catalog::{ObjectAddress, ObjectKind, Sequence};
use postgres::Row;

use super::Reader;
use super::found::{Found, Key, class};
use super::row::{optional_identifier, optional_qualified, persistence, qualified, sequence_options};
use crate::error::Error;

const QUERY: &str = concat!(include_str!("sql/prelude.sql"), include_str!("sql/sequences.sql"));

pub(super) fn read(reader: &mut Reader<'_>, found: &mut Found) -> Result<(), Error> {
    for row in reader.rows("read the sequences", QUERY)? {
        let name = qualified(&row, "schema", "name");
        let key = Key::new(class::RELATION, row.get("oid"));
        found.addresses.insert(key, ObjectAddress::object(ObjectKind::Sequence, &name));
        found.catalog.sequences.insert(name, sequence(&row)?);
    }
    Ok(())
}

fn sequence(row: &Row) -> Result<Sequence, Error> {
    Ok(Sequence {
        options: sequence_options(row),
        owned_by: optional_qualified(row, "owner_schema", "owner_table").zip(optional_identifier(row, "owner_column")),
        persistence: persistence(row)?,
        comment: row.get("comment"),
    })
}
