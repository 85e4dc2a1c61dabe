//! What the server holds and the model does not: one query over every system catalog that users' objects live in.
//!
//! Each file under `sql/refusals/` looks at one group of catalogs. A kind that the model learns leaves its file. What
//! follows from another refused object (the array type of a type, say) is not named a second time.

use super::{Reader, Refusal};
use crate::error::Error;

const QUERY: &str = concat!(
    include_str!("sql/prelude.sql"),
    include_str!("sql/refusals/begin.sql"),
    include_str!("sql/refusals/relations.sql"),
    include_str!("sql/refusals/union.sql"),
    include_str!("sql/refusals/types.sql"),
    include_str!("sql/refusals/union.sql"),
    include_str!("sql/refusals/constraints.sql"),
    include_str!("sql/refusals/union.sql"),
    include_str!("sql/refusals/routines.sql"),
    include_str!("sql/refusals/union.sql"),
    include_str!("sql/refusals/system.sql"),
    include_str!("sql/refusals/union.sql"),
    include_str!("sql/refusals/others.sql"),
    include_str!("sql/refusals/union.sql"),
    include_str!("sql/refusals/comments.sql"),
    include_str!("sql/refusals/union.sql"),
    include_str!("sql/refusals/unknown.sql"),
    include_str!("sql/refusals/end.sql"),
);

pub(super) fn read(reader: &mut Reader<'_>) -> Result<Vec<Refusal>, Error> {
    let mut refused = Vec::new();
    for row in reader.rows("read what the model does not hold", QUERY)? {
        refused.push(Refusal {
            kind: row.get("kind"),
            object: row.get("object"),
            detail: row.get("detail"),
            transaction: u32::try_from(row.get::<_, i64>("transaction")).unwrap_or_default(),
        });
    }
    Ok(refused)
}
