//! What generated accessors stand on: one executor trait, typed ids, pages, errors, and a thin core.
//!
//! In: a [`Statement`] whose text was certified when the accessors were generated, and its values. Out: rows, decoded
//! by position, or an [`Error`] that names the statement. Generated functions are small and not generic; whatever can
//! be compiled once is compiled here. No SQL text is built in this module.

mod array;
mod core;
mod error;
mod executor;
mod id;
mod page;
mod scalar;

pub use self::core::{
    DecodeError, FromRow, Insert, Parameter, REDACTED, execute, insert_many, many, one, optional, present,
};
pub use self::error::{Constraint, Error, UnknownLabel, Violation, WriteError};
pub use self::executor::{Execution, Executor, Statement};
pub use self::id::{Id, Keyed};
pub use self::page::{Page, PageResult, Paged};
pub use self::scalar::{Interval, MacAddr, deserialize_label, is_label, label_from_sql};
