//! The macros that bring a workspace into a crate: `schema!()` its accessors, `migrations!()` its migrations, and
//! `#[test]` a database for each test.
//!
//! In: the certificate and the files that it speaks of. Out: code that the core wrote, or a compile error of a few
//! lines. Everything is decided in `lockstep-core`; no server is asked.

mod input;
mod migrations;
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
