//! Subscriptions belong to a database, but do not stand in it: a copy of the database has none, and it cannot be dropped
//! while it has some. Nothing here connects to a publisher.

use lockstep_core::emit::sql::create_all;
use postgres::Client;

use crate::error::Error;
use crate::introspect::subscriptions;

/// Makes the subscriptions of one database in its copy.
pub(super) fn copy(from: &mut Client, to: &mut Client) -> Result<(), Error> {
    let there = subscriptions(from)?;
    if there.catalog.defined.is_empty() {
        return Ok(());
    }
    let sql = create_all(&there).join(";\n");
    to.batch_execute(&sql).map_err(Error::action("copy the subscriptions of a scratch database"))
}

/// Drops the subscriptions of the connected database.
pub(super) fn drop_all(client: &mut Client) -> Result<(), Error> {
    let query = "SELECT format('ALTER SUBSCRIPTION %1$I DISABLE; ALTER SUBSCRIPTION %1$I SET (slot_name = NONE); \
                 DROP SUBSCRIPTION %1$I', s.subname)
                 FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid WHERE d.datname = current_database()";
    let failed = || Error::action("drop the subscriptions of a scratch database");
    for row in client.query(query, &[]).map_err(failed())? {
        client.batch_execute(row.get(0)).map_err(failed())?;
    }
    Ok(())
}
