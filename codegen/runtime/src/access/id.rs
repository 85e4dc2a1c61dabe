//! Typed ids: the key of a table and every foreign key to it have one type, which no other table shares.

use std::cmp::Ordering;
use std::error::Error;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use bytes::BytesMut;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tokio_postgres::types::{Format, FromSql, IsNull, ToSql, Type};

/// A row struct whose table has a primary key of one column.
pub trait Keyed {
    /// The type of that column without the wrapping [`Id`].
    type Key;
}

/// The primary key of a row of `T`'s table; generated code names it `OrderId` for `Order`.
///
/// It costs nothing over the value that it holds, and is printed, serialised and stored as that. The value is public:
/// what is kept apart are the tables, not the values.
///
/// ```
/// use lockstep::{Id, Keyed};
///
/// struct Order;
/// impl Keyed for Order {
///     type Key = i64;
/// }
///
/// let id: Id<Order> = "42".parse()?;
/// assert_eq!(id, Id::new(42));
/// assert_eq!(id.0 + 1, 43);
/// # Ok::<(), std::num::ParseIntError>(())
/// ```
pub struct Id<T: Keyed>(pub T::Key);

impl<T: Keyed> Id<T> {
    /// The id that holds `key`.
    pub const fn new(key: T::Key) -> Self {
        Self(key)
    }
}

impl<T: Keyed<Key: Clone>> Clone for Id<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: Keyed<Key: Copy>> Copy for Id<T> {}

impl<T: Keyed<Key: fmt::Debug>> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T: Keyed<Key: fmt::Display>> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T: Keyed<Key: FromStr>> FromStr for Id<T> {
    type Err = <T::Key as FromStr>::Err;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl<T: Keyed<Key: PartialEq>> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<T: Keyed<Key: Eq>> Eq for Id<T> {}

impl<T: Keyed<Key: PartialOrd>> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.0.partial_cmp(&other.0)
    }
}

impl<T: Keyed<Key: Ord>> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}

impl<T: Keyed<Key: Hash>> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl<T: Keyed<Key: Serialize>> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T: Keyed<Key: Deserialize<'de>>> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::Key::deserialize(deserializer).map(Self)
    }
}

impl<'a, T: Keyed<Key: FromSql<'a>>> FromSql<'a> for Id<T> {
    fn from_sql(data_type: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        T::Key::from_sql(data_type, raw).map(Self)
    }

    fn accepts(data_type: &Type) -> bool {
        T::Key::accepts(data_type)
    }
}

impl<T: Keyed<Key: ToSql>> ToSql for Id<T> {
    fn to_sql(&self, data_type: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        self.0.to_sql(data_type, out)
    }

    fn accepts(data_type: &Type) -> bool {
        T::Key::accepts(data_type)
    }

    fn encode_format(&self, data_type: &Type) -> Format {
        self.0.encode_format(data_type)
    }

    fn to_sql_checked(&self, data_type: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        self.0.to_sql_checked(data_type, out)
    }
}
