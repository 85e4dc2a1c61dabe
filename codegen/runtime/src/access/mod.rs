//! What generated accessors stand on: one executor trait, typed ids, pages, errors, and a thin core.
//!
//! In: a [`Statement`] whose text was certified when the accessors were generated, and its values. Out: rows, decoded
//! by position, or an [`Error`] that names the statement. Generated functions are small and not generic; whatever can
//! be compiled once is compiled here. No SQL text is built in this module.

mod array;
mod bits;
#[cfg(feature = "sync")]
mod blocking;
mod cached;
pub mod call;
mod composite;
mod copy;
mod core;
mod cursor;
mod decode;
mod error;
mod executor;
mod geometry;
mod id;
mod keys;
mod page;
mod query;
mod range;
mod rows;
mod savepoint;
mod scalar;
mod timeout;
mod wire;

pub use self::bits::{Bits, Hstore, Lsn, MacAddr8, TimeTz};
#[cfg(feature = "sync")]
pub use self::blocking::{Blocking, blocking};
pub use self::cached::{Cached, CachedTransaction};
pub use self::composite::{Attribute, Attributes, encode_composite, is_composite};
pub use self::copy::{Absent, Load};
pub use self::core::{FromRow, Insert, Parameter, REDACTED, execute, many, one, only, optional, present, streamed};
pub use self::cursor::{BoxError, Cursor, CursorError, Values};
pub use self::decode::{DecodeError, get};
pub use self::error::{Constraint, Error, UnknownLabel, Violation, WriteError};
pub use self::executor::{Arriving, Execution, Executor, Reading, Statement, Supply, Unnamed, Writing};
pub use self::geometry::{Circle, Line, LineSegment, Path, Point, Polygon, Rectangle};
pub use self::id::{Id, Keyed};
pub use self::page::{List, Page, PageExecution, PageOf, PageResult, Paged};
pub use self::query::{Command, OwnRow, Query, is_redacted};
pub use self::range::{Multirange, Range};
pub use self::rows::Rows;
pub use self::savepoint::savepoint;
pub use self::scalar::{Interval, MacAddr, deserialize_label, is_label, label_from_sql};
pub use self::timeout::TimeLimit;
