//! Everything that Lockstep asks of a PostgreSQL server while a developer works.
//!
//! In: a workspace folder, SQL texts, catalogs. Out: a running development [`server`], [`scratch`] databases and what
//! they tell. Nothing here touches a database that the user did not name, prints, or is linked into a service.

pub mod analyse;
pub mod describe;
mod diagnose;
pub mod error;
pub mod introspect;
pub mod load;
pub mod measure;
pub mod query;
pub mod rebuild;
pub mod replay;
pub mod roles;
pub mod scan;
pub mod scratch;
pub mod server;
pub mod settle;

pub use analyse::{Analysis, analyse};
pub use describe::{describe, describe_all};
pub use error::Error;
pub use introspect::{Introspection, Refusal, introspect};
pub use load::{Loaded, load};
pub use measure::{Measured, lock_lines, measure};
pub use query::{Understood, never_null, understand};
pub use rebuild::rebuild;
pub use replay::{Replayed, replay};
pub use roles::{MissingRoles, Roles};
pub use scan::{LargeTables, Scan, scans};
pub use scratch::Scratch;
pub use server::{Server, ensure, redact, status, stop};
pub use settle::settle;
