//! What a query of the service's own is: its text, its parameters, and what it returns.
//!
//! In: the text of a query file or of a call of `query!`, and PostgreSQL's own analysis of each query. Out: what the
//! certificate says of it. No server is asked here; nothing is inferred from the text of SQL but where parameters stand.

pub mod call;
mod certified;
pub mod inline;
mod literal;
mod notation;
pub mod nullability;
pub mod origin;
mod places;
pub mod tree;

pub use certified::{Cardinality, Query, QueryColumn, QueryParameter};
pub use inline::InlineQuery;
pub use literal::Literal;
pub use notation::{NamedParameter, QueryText, ScanReason, read};
pub use places::Places;
