//! Scalar types that no well-kept crate maps: intervals and MAC addresses. And the decoding of enumerated types.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

use bytes::{BufMut, BytesMut};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tokio_postgres::types::{FromSql, IsNull, Kind, ToSql, Type, to_sql_checked};

type BoxError = Box<dyn Error + Sync + Send>;

/// `interval`: months, days and microseconds, which are kept apart because months and days differ in length.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Interval {
    /// Whole months; a year is twelve.
    pub months: i32,
    /// Whole days.
    pub days: i32,
    /// Microseconds.
    pub microseconds: i64,
}

/// `interval_recv` in src/backend/utils/adt/timestamp.c: microseconds, days, months.
impl<'a> FromSql<'a> for Interval {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, BoxError> {
        let raw: [u8; 16] = raw.try_into()?;
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = raw;
        Ok(Self {
            microseconds: i64::from_be_bytes([a, b, c, d, e, f, g, h]),
            days: i32::from_be_bytes([i, j, k, l]),
            months: i32::from_be_bytes([m, n, o, p]),
        })
    }

    fn accepts(data_type: &Type) -> bool {
        *data_type == Type::INTERVAL
    }
}

impl ToSql for Interval {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, BoxError> {
        out.put_i64(self.microseconds);
        out.put_i32(self.days);
        out.put_i32(self.months);
        Ok(IsNull::No)
    }

    fn accepts(data_type: &Type) -> bool {
        *data_type == Type::INTERVAL
    }

    to_sql_checked!();
}

/// `macaddr`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MacAddr(pub [u8; 6]);

impl fmt::Display for MacAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x}")
    }
}

/// Reads what `Display` writes.
impl FromStr for MacAddr {
    type Err = BoxError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = text.split(':').map(|byte| u8::from_str_radix(byte, 16)).collect::<Result<Vec<u8>, _>>()?;
        Ok(Self(bytes.as_slice().try_into()?))
    }
}

impl Serialize for MacAddr {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for MacAddr {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl<'a> FromSql<'a> for MacAddr {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, BoxError> {
        Ok(Self(raw.try_into()?))
    }

    fn accepts(data_type: &Type) -> bool {
        *data_type == Type::MACADDR
    }
}

impl ToSql for MacAddr {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, BoxError> {
        out.put_slice(&self.0);
        Ok(IsNull::No)
    }

    fn accepts(data_type: &Type) -> bool {
        *data_type == Type::MACADDR
    }

    to_sql_checked!();
}

/// Decodes a label of a generated enum.
///
/// # Errors
/// A label that the enum does not know, which a newer schema may have added.
pub fn label_from_sql<T: FromStr<Err: Into<BoxError>>>(raw: &[u8]) -> Result<T, BoxError> {
    std::str::from_utf8(raw)?.parse().map_err(Into::into)
}

/// Whether a value of the type is sent as a label: an enumerated type, or a text that the statement turns into one.
#[must_use]
pub fn is_label(data_type: &Type) -> bool {
    matches!(data_type.kind(), Kind::Enum(_)) || [Type::TEXT, Type::UNKNOWN].contains(data_type)
}

/// Reads a label of a generated enum from any format of serde.
///
/// # Errors
/// A text that is no label.
pub fn deserialize_label<'de, T: FromStr<Err: fmt::Display>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
    text.parse().map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mac_addresses_read_back_what_they_wrote() {
        let address = MacAddr([8, 0, 0x2b, 1, 2, 0xff]);
        assert_eq!(address.to_string(), "08:00:2b:01:02:ff");
        assert_eq!(address.to_string().parse::<MacAddr>().unwrap(), address);
        assert!("08:00".parse::<MacAddr>().is_err());
    }
}
