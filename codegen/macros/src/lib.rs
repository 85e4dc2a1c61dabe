//! The macros that bring a workspace into a crate: `schema!()` its accessors, `migrations!()` its migrations, `query!` a
//! statement, `#[derive(Row)]` a struct for rows, and `#[test]` a database for each test.
//!
//! In: the certificate and the files that it speaks of. Out: code that the core wrote, or a compile error of a few
//! lines. Everything is decided in `lockstep-core`; no server is asked, but for a query that the certificate does not
//! have, by way of the workspace's own command line (`live`).

mod certified;
mod input;
mod live;
mod migrations;
mod query;
mod row;
mod schema;
mod test;

use proc_macro::TokenStream;

/// Brings in the accessors: one module per PostgreSQL schema.
///
/// With a build script (`lockstep_core::build::run()`) they are the files that it wrote to `OUT_DIR`. Without one, the
/// certificate is verified here and the accessors are expanded in place. `schema!(root = "path")` takes the certificate
/// of another folder with `schema/` and `migrations/`, relative to the workspace (to the folder of `Cargo.lock` where the
/// workspace has no schema of its own): for a second database.
///
/// A certificate that does not fit the files is a compile error that names the file and the command to run.
#[proc_macro]
pub fn schema(input: TokenStream) -> TokenStream {
    input::expand(input.into(), schema::expand).into()
}

/// Embeds the migrations, in the order of their versions, as a constant expression of the type
/// `lockstep::migrator::Migrations<'static>`.
///
/// A misnamed file, two migrations of one version, and one that the certificate does not know or knows otherwise are
/// compile errors. `migrations!(root = "path")` takes those of another folder, as [`schema!`] does.
#[proc_macro]
pub fn migrations(input: TokenStream) -> TokenStream {
    input::expand(input.into(), migrations::expand).into()
}

/// Turns `async fn name(db: lockstep::TestDb)` into a test with a database of its own.
///
/// The database has the migrations of the workspace: those that [`migrations!`] embeds, of another folder with
/// `root = "path"`, or with `migrations = crate::MIGRATIONS` those that the crate has embedded anyway, which is quicker to
/// compile where there are many tests. It is dropped when the test has ended, however it ended. The function may return
/// a `Result`, and may have further attributes, such as `#[ignore]`.
///
/// Needs the feature `test` of the crate `pg-lockstep`.
#[proc_macro_attribute]
pub fn test(arguments: TokenStream, item: TokenStream) -> TokenStream {
    test::expand(arguments.into(), item.into()).into()
}

/// A statement that is checked where it stands.
///
/// ```ignore
/// let total = lockstep::query!("SELECT total FROM commerce.order WHERE id = $1", id).one(&db).await?;
/// let changed = lockstep::query!("UPDATE commerce.order SET note = @note? WHERE id = @id", id, note = Some("x"))
///     .execrows(&db)
///     .await?;
/// let rows = lockstep::query!(OrderSummary, "SELECT id, total FROM commerce.order").many(&db).await?;
/// ```
///
/// `$1` takes the arguments in their order, `@name` takes the one of its name, which a variable is on its own; `@name?`
/// may be NULL and takes an `Option`. What comes back is a `lockstep::Query` whose row is a struct with a field for each
/// column, or the value itself where there is one column; or a `lockstep::Command` where no rows come back. With a type
/// in front, that struct holds the row: each column is a field of it, and of the column's type.
///
/// `cargo xtask db:generate` finds the calls in the sources and writes what the server says about each into the
/// certificate. A call that is not in there is a compile error, unless the development server of the workspace runs and
/// takes it; `LOCKSTEP_OFFLINE=1` keeps the compiler from asking it.
#[proc_macro]
pub fn query(input: TokenStream) -> TokenStream {
    query::expand(input.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Makes a struct one that `query!(Type, "…")` reads rows into.
///
/// With `#[row(table = "schema.table")]` each field is checked: it has the name of a column and the type that the
/// accessors give it. A struct with a sensitive value (`@sensitive` in the schema, or `#[row(sensitive)]` above a field)
/// gets a `Debug` that does not show it; it cannot derive another one.
#[proc_macro_derive(Row, attributes(row))]
pub fn row(input: TokenStream) -> TokenStream {
    row::expand(input.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}
