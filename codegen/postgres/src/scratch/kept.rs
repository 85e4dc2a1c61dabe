//! Databases that are kept, so that the next process needs not fill one anew.
//!
//! In: what the contents depend on. Out: a scratch database with these contents. Only a private server keeps any, and few;
//! nobody ever connects to one, and it gets its name when it is whole.

use lockstep_core::name::quote_identifier;
use postgres::error::SqlState;

use super::{Scratch, drop_database};
use crate::error::Error;
use crate::server::{Origin, Server};

const PREFIX: &str = "lockstep_kept_";

/// How many are kept: those that were made last.
const MOST: i64 = 4;

impl Server {
    /// A scratch database with the contents that `key` stands for, which is short, and of letters and digits; `fill` makes
    /// them where no earlier process has.
    ///
    /// # Errors
    /// What `fill` says, or the server's failure.
    pub fn filled<E: From<Error>>(
        &self,
        key: &str,
        fill: impl FnOnce(&mut Scratch) -> Result<(), E>,
    ) -> Result<Scratch, E> {
        let name = format!("{PREFIX}{key}");
        if self.origin() == Origin::Private {
            match Scratch::create(self, &name) {
                Err(error) if error.db().is_some_and(|db| *db.code() == SqlState::INVALID_CATALOG_NAME) => {}
                created => return Ok(created?),
            }
        }
        let mut scratch = self.scratch()?;
        fill(&mut scratch)?;
        if self.origin() == Origin::Private {
            // Another process may have kept the same at this moment.
            _ = keep(&mut scratch, &name);
            forget(self)?;
        }
        Ok(scratch)
    }
}

/// Keeps a copy.
fn keep(scratch: &mut Scratch, name: &str) -> Result<(), Error> {
    let mut copied = scratch.copy()?;
    drop(copied.client.take());
    let sql = format!("ALTER DATABASE {} RENAME TO {}", quote_identifier(copied.name()), quote_identifier(name));
    let action = format!("keep the scratch database {}", copied.name());
    // Dropped, the copy finds nothing of its name.
    copied.server.with_admin(|admin| admin.batch_execute(&sql).map_err(Error::action(action)))
}

fn forget(server: &Server) -> Result<(), Error> {
    server.with_admin(|admin| {
        let kept = "SELECT datname FROM pg_database WHERE starts_with(datname::text, $1) ORDER BY oid DESC OFFSET $2";
        let rows = admin.query(kept, &[&PREFIX, &MOST]).map_err(Error::action("list the kept databases"))?;
        for row in rows {
            // Another process may copy or drop it at this moment; the next one comes by.
            _ = drop_database(admin, row.get(0));
        }
        Ok(())
    })
}
