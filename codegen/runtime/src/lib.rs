//! What a service links: the migrator that runs when it starts, and what its generated accessors stand on.
//!
//! `lockstep::schema!()` brings in the accessors that the build script wrote, `lockstep::migrations!()` embeds the
//! migrations. This crate builds no SQL text of its own for them and reads no certificate at run time.

pub mod access;
pub mod migrator;
#[cfg(feature = "test")]
pub mod test;

pub use crate::access::{
    Bits, Cached, CachedTransaction, Circle, Command, Constraint, Cursor, CursorError, Error, Executor, Hstore, Id,
    Interval, Keyed, Line, LineSegment, Lsn, MacAddr, MacAddr8, Multirange, Page, PageOf, Paged, Path, Point, Polygon,
    Query, Range, Rectangle, Rows, Statement, TimeLimit, TimeTz, Unnamed, Violation, WriteError, savepoint,
};
#[cfg(feature = "sync")]
pub use crate::access::{Blocking, blocking};

pub use crate::migrator::{MigrateError, Migrations, Migrator};

pub use lockstep_macros::{Row, migrations, query, schema};

#[cfg(feature = "test")]
pub use self::test::TestDb;
#[cfg(feature = "test")]
pub use lockstep_macros::test;

/// What generated code names, so that a service needs no dependency of its own for it.
pub mod types {
    pub use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
    pub use cidr::{IpCidr, IpInet};
    #[cfg(feature = "jiff")]
    pub use jiff;
    pub use rust_decimal::Decimal;
    pub use serde::ser::SerializeStruct;
    pub use serde::{Deserialize, Deserializer, Serialize, Serializer};
    pub use serde_json::Value;
    #[cfg(feature = "time")]
    pub use time;
    pub use tokio_postgres::Row;
    pub use tokio_postgres::types::private::BytesMut;
    pub use tokio_postgres::types::{FromSql, IsNull, Json, ToSql, Type, to_sql_checked};
    pub use uuid::Uuid;

    /// What a conversion to or from a value of PostgreSQL fails with.
    pub type BoxError = Box<dyn std::error::Error + Sync + Send>;

    /// What encoding a value comes to.
    pub type Encoded = Result<IsNull, BoxError>;
}

pub use {chrono, cidr, rust_decimal, serde, serde_json, tokio_postgres, uuid};
