//! What the functions of tables call: they take their values along and return a statement on its way.
//!
//! A generated function is no `async fn`, but a plain one that calls one of these and returns a boxed future: what is
//! asynchronous is compiled here once, instead of in each of the dozens of functions that every table has. The compiler
//! takes less than half the time for that, and the allocation costs nothing that a round trip would show.

use std::future::ready;

use tokio_postgres::types::{FromSqlOwned, ToSql};

use super::copy::{self, Load};
use super::core::{self, FromRow, Insert, Parameter};
use super::error::{Constraint, Error};
use super::executor::{Execution, Executor, Statement, Writing};
use super::page::{List, PageExecution, PageOf};
use super::rows::Rows;

/// A value that a call takes along.
pub struct Given<'a>(Kept<'a>);

enum Kept<'a> {
    Lent(Parameter<'a>),
    Owned(Box<dyn ToSql + Send + Sync + 'a>),
}

impl Given<'_> {
    fn parameter(&self) -> Parameter<'_> {
        match &self.0 {
            Kept::Lent(value) => *value,
            Kept::Owned(value) => &**value,
        }
    }
}

/// A value that was passed by value, or a reference that was.
pub fn own<'a>(value: impl ToSql + Send + Sync + 'a) -> Given<'a> {
    Given(Kept::Owned(Box::new(value)))
}

/// A value that outlives the call.
#[must_use]
pub fn lend(value: Parameter<'_>) -> Given<'_> {
    Given(Kept::Lent(value))
}

fn parameters<'v>(values: &'v [Given<'_>]) -> Vec<Parameter<'v>> {
    values.iter().map(Given::parameter).collect()
}

/// Gets any number of rows.
pub fn many<'a, T: FromRow + 'a, const N: usize>(
    db: &'a dyn Executor,
    statement: &'static Statement,
    values: [Given<'a>; N],
) -> Execution<'a, Vec<T>> {
    Box::pin(async move { core::many(db, statement, &parameters(&values), T::from_row).await })
}

/// Gets one row or none.
pub fn optional<'a, T: FromRow + 'a, const N: usize>(
    db: &'a dyn Executor,
    statement: &'static Statement,
    values: [Given<'a>; N],
) -> Execution<'a, Option<T>> {
    Box::pin(async move { core::optional(db, statement, &parameters(&values), T::from_row).await })
}

/// Gets one value: whether there is a row, or how many there are.
pub fn value<'a, T: FromSqlOwned + 'a, const N: usize>(
    db: &'a dyn Executor,
    statement: &'static Statement,
    values: [Given<'a>; N],
) -> Execution<'a, T> {
    Box::pin(async move { core::value(db, statement, &parameters(&values)).await })
}

/// Gets a page of a list for the values that look its rows up.
pub fn page<'a, L: List, const N: usize>(
    db: &'a dyn Executor,
    equal: [Given<'a>; N],
    page: PageOf<L>,
) -> PageExecution<'a, L> {
    Box::pin(async move { core::page(db, &parameters(&equal), &page).await })
}

/// Gets all rows of a list, one after the other as they arrive.
pub fn stream<'a, L: List, const N: usize>(db: &'a dyn Executor, equal: [Given<'a>; N]) -> Execution<'a, Rows<L::Row>> {
    Box::pin(async move { core::stream::<L>(db, &parameters(&equal)).await })
}

/// Gets the rows of each of the given keys; the last column says which one a row belongs to.
pub fn grouped<'a, T: FromRow + 'a, const N: usize>(
    db: &'a dyn Executor,
    statement: &'static Statement,
    values: [Given<'a>; N],
    keys: usize,
) -> Execution<'a, Vec<Vec<T>>> {
    Box::pin(async move { core::grouped(db, statement, &parameters(&values), keys).await })
}

/// Gets the rows of each of the given keys; the column at `place` says which one a row belongs to.
pub fn grouped_by<'a, T: FromRow + 'a>(
    db: &'a dyn Executor,
    statement: &'static Statement,
    keys: Given<'a>,
    place: usize,
) -> Execution<'a, Vec<Vec<T>>> {
    Box::pin(async move { core::grouped_by(db, statement, keys.parameter(), place).await })
}

/// Gets the row of each of the given keys, which a row has in the column at `place`; a key without a row is passed over.
pub fn found_by<'a, T: FromRow + 'a>(
    db: &'a dyn Executor,
    statement: &'static Statement,
    keys: Given<'a>,
    place: usize,
) -> Execution<'a, Vec<T>> {
    Box::pin(async move {
        let found = core::grouped_by(db, statement, keys.parameter(), place).await?;
        Ok(found.into_iter().flatten().collect())
    })
}

/// The row that a foreign key leads to, by the lookup that may find none.
pub fn referred<'a, T: 'a>(found: Execution<'a, Option<T>>, statement: &'static str) -> Execution<'a, T> {
    Box::pin(async move { found.await?.ok_or_else(|| Error::missing_reference(statement)) })
}

/// That a row refers to none; nothing is sent.
#[must_use]
pub fn nothing<'a, T: Send + 'a>() -> Execution<'a, Option<T>> {
    Box::pin(ready(Ok(None)))
}

/// Inserts or upserts a row and returns it as it is stored.
pub fn insert<'a, T: FromRow + 'a, C: Constraint>(
    db: &'a dyn Executor,
    statement: &'static Statement,
    new: &'a (dyn Insert + Sync),
) -> Writing<'a, T, C> {
    Box::pin(async move { Ok(core::one(db, statement, &new.values(), T::from_row).await?) })
}

/// Inserts rows by `statement`, which takes each column as an array, and returns them in the order of `rows`; `single`
/// is the statement that inserts one.
pub fn insert_many<'a, T: FromRow + Send + 'a, C: Constraint>(
    db: &'a dyn Executor,
    single: &'static Statement,
    statement: &'static Statement,
    rows: &'a [impl Insert + Sync],
) -> Writing<'a, Vec<T>, C> {
    Box::pin(async move { Ok(core::insert_many(db, single, statement, rows).await?) })
}

/// Loads rows by `COPY`, all or none, and counts them.
pub fn copy_in<'a, C: Constraint>(
    db: &'a dyn Executor,
    load: Load,
    rows: &'a [impl Insert + Sync],
) -> Writing<'a, u64, C> {
    Box::pin(async move {
        let rows: Vec<&(dyn Insert + Sync)> = rows.iter().map(|row| row as _).collect();
        Ok(copy::load(db, load, &rows).await?)
    })
}

/// Changes a row and returns it as it is stored.
pub fn update<'a, T: FromRow + 'a, C: Constraint, const N: usize>(
    db: &'a dyn Executor,
    statement: &'static Statement,
    values: [Given<'a>; N],
) -> Writing<'a, Option<T>, C> {
    Box::pin(async move { Ok(core::optional(db, statement, &parameters(&values), T::from_row).await?) })
}

/// What an update comes to that changes nothing: the row as it is.
pub fn unchanged<'a, T: 'a, C: Constraint>(found: Execution<'a, T>) -> Writing<'a, T, C> {
    Box::pin(async move { Ok(found.await?) })
}

/// Deletes a row and says whether there was one.
pub fn delete<'a, C: Constraint, const N: usize>(
    db: &'a dyn Executor,
    statement: &'static Statement,
    values: [Given<'a>; N],
) -> Writing<'a, bool, C> {
    Box::pin(async move { Ok(core::execute(db, statement, &parameters(&values)).await? > 0) })
}
