//! What a query of the service's own is: its text, its parameters, and what it returns.
//!
//! In: the text of a query file and PostgreSQL's own analysis of each query. Out: what the certificate says of it. No
//! server is asked here; nothing is inferred from the text of SQL but where parameters stand.

mod certified;
mod notation;
pub mod nullability;
pub mod origin;
pub mod tree;

pub use certified::{Cardinality, Query, QueryColumn, QueryParameter};
pub use notation::{NamedParameter, QueryText, ScanReason, read};
