//! Parts of a transaction that are kept or taken back alone.

use tokio_postgres::Transaction;

use super::error::Error;
use super::executor::Statement;

static SAVEPOINT: Statement = Statement { name: "savepoint", sql: "SAVEPOINT", parameters: &[] };

/// Runs a part of a transaction under a savepoint: what it did is kept if it returns `Ok`, and taken back if it returns
/// an error, panics, or is dropped on the way. The transaction goes on in either case.
///
/// A transaction of deadpool is passed as `&mut *transaction`. Savepoints may be nested.
///
/// ```
/// # use lockstep::{Error, savepoint};
/// # async fn tried(transaction: &mut lockstep::tokio_postgres::Transaction<'_>) -> Result<(), Error> {
/// let outcome = savepoint(transaction, async |part| {
///     // What fails in here leaves the transaction as it was before.
///     # let _ = part;
///     Ok::<_, Error>(())
/// });
/// # outcome.await
/// # }
/// ```
///
/// # Errors
/// That of `part`, and what the connection refuses.
pub async fn savepoint<T, E: From<Error>>(
    transaction: &mut Transaction<'_>,
    part: impl AsyncFnOnce(&mut Transaction<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let failed = |source| Error::new(&SAVEPOINT, source);
    let mut inner = transaction.transaction().await.map_err(failed)?;
    match part(&mut inner).await {
        Ok(value) => {
            inner.commit().await.map_err(failed)?;
            Ok(value)
        }
        Err(error) => {
            inner.rollback().await.map_err(failed)?;
            Err(error)
        }
    }
}
