//! What generated accessors stand on: one executor trait, typed ids, pages, errors, and a thin core.
//!
//! In: a [`Statement`] whose text was certified when the accessors were generated, and its values. Out: rows, decoded
//! by position, or an [`Error`] that names the statement. Generated functions are small and not generic; whatever can
//! be compiled once is compiled here. No SQL text is built in this module.

mod array;
mod core;
mod cursor;
mod error;
mod executor;
mod id;
mod page;
mod rows;
mod scalar;

pub use self::core::{
    DecodeError, FromRow, Insert, Parameter, REDACTED, execute, grouped, insert_many, many, one, optional, page,
    present, referred, stream, value,
};
pub use self::cursor::{BoxError, Cursor, CursorError, Values};
pub use self::error::{Constraint, Error, UnknownLabel, Violation, WriteError};
pub use self::executor::{Execution, Executor, Statement};
pub use self::id::{Id, Keyed};
pub use self::page::{List, Page, PageOf, PageResult, Paged};
pub use self::rows::Rows;
pub use self::scalar::{Interval, MacAddr, deserialize_label, is_label, label_from_sql};
