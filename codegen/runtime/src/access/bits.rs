//! `bit` and `bit varying`, `macaddr8`, `pg_lsn`, `time with time zone` and `hstore`.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use bytes::{Buf, BufMut, BytesMut};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use super::wire;
use crate::types::{BoxError, Encoded};

/// `bit(n)`, `bit varying`: shown as `0101`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bits(pub Vec<bool>);

impl fmt::Display for Bits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|bit| f.write_str(if *bit { "1" } else { "0" }))
    }
}

/// Reads what `Display` writes.
impl FromStr for Bits {
    type Err = BoxError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bit = |digit| match digit {
            '0' => Ok(false),
            '1' => Ok(true),
            _ => Err(BoxError::from("a string of bits holds zeros and ones only")),
        };
        text.chars().map(bit).collect::<Result<_, _>>().map(Self)
    }
}

/// `varbit_send` in src/backend/utils/adt/varbit.c: the number of bits, then the bits, the first one highest.
impl<'a> FromSql<'a> for Bits {
    fn from_sql(_: &Type, mut raw: &'a [u8]) -> Result<Self, BoxError> {
        let count = usize::try_from(raw.try_get_i32()?)?;
        if raw.len() != count.div_ceil(8) {
            return Err("an encoded string of bits is cut short".into());
        }
        Ok(Self((0..count).map(|place| raw[place / 8] & (0x80 >> (place % 8)) != 0).collect()))
    }

    fn accepts(data_type: &Type) -> bool {
        [Type::BIT, Type::VARBIT].contains(data_type)
    }
}

impl ToSql for Bits {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Encoded {
        out.put_i32(i32::try_from(self.0.len())?);
        for bits in self.0.chunks(8) {
            let byte = bits.iter().enumerate().filter(|(_, bit)| **bit).map(|(place, _)| 0x80 >> place).sum();
            out.put_u8(byte);
        }
        Ok(IsNull::No)
    }

    fn accepts(data_type: &Type) -> bool {
        [Type::BIT, Type::VARBIT].contains(data_type)
    }

    to_sql_checked!();
}

/// `macaddr8`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MacAddr8(pub [u8; 8]);

impl fmt::Display for MacAddr8 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g, h, i] = self.0;
        write!(f, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x}:{h:02x}:{i:02x}")
    }
}

/// Reads what `Display` writes.
impl FromStr for MacAddr8 {
    type Err = BoxError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = text.split(':').map(|byte| u8::from_str_radix(byte, 16)).collect::<Result<Vec<u8>, _>>()?;
        Ok(Self(bytes.as_slice().try_into()?))
    }
}

impl<'a> FromSql<'a> for MacAddr8 {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, BoxError> {
        Ok(Self(raw.try_into()?))
    }

    fn accepts(data_type: &Type) -> bool {
        *data_type == Type::MACADDR8
    }
}

impl ToSql for MacAddr8 {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Encoded {
        out.put_slice(&self.0);
        Ok(IsNull::No)
    }

    fn accepts(data_type: &Type) -> bool {
        *data_type == Type::MACADDR8
    }

    to_sql_checked!();
}

/// `pg_lsn`: a place in the write-ahead log, shown as `16/B374D848`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lsn(pub u64);

impl fmt::Display for Lsn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:X}/{:X}", self.0 >> 32, self.0 & 0xffff_ffff)
    }
}

/// Reads what `Display` writes.
impl FromStr for Lsn {
    type Err = BoxError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (high, low) = text.split_once('/').ok_or("a place in the log is two numbers with a slash between")?;
        Ok(Self(u64::from(u32::from_str_radix(high, 16)?) << 32 | u64::from(u32::from_str_radix(low, 16)?)))
    }
}

impl<'a> FromSql<'a> for Lsn {
    fn from_sql(_: &Type, mut raw: &'a [u8]) -> Result<Self, BoxError> {
        Ok(Self(raw.try_get_u64()?))
    }

    fn accepts(data_type: &Type) -> bool {
        *data_type == Type::PG_LSN
    }
}

impl ToSql for Lsn {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Encoded {
        out.put_u64(self.0);
        Ok(IsNull::No)
    }

    fn accepts(data_type: &Type) -> bool {
        *data_type == Type::PG_LSN
    }

    to_sql_checked!();
}

/// Serialises types as what `Display` shows and `FromStr` reads.
macro_rules! as_shown {
    ($($rust:ty),*) => {$(
        impl Serialize for $rust {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $rust {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

as_shown!(Bits, MacAddr8, Lsn);

/// `time with time zone`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TimeTz {
    /// Microseconds since midnight, up to and with 24:00.
    pub microseconds: i64,
    /// Seconds east of UTC.
    pub offset: i32,
}

/// `timetz_send` in src/backend/utils/adt/date.c counts the zone westward.
impl<'a> FromSql<'a> for TimeTz {
    fn from_sql(_: &Type, mut raw: &'a [u8]) -> Result<Self, BoxError> {
        let microseconds = raw.try_get_i64()?;
        Ok(Self { microseconds, offset: raw.try_get_i32()?.checked_neg().ok_or("no such time zone")? })
    }

    fn accepts(data_type: &Type) -> bool {
        *data_type == Type::TIMETZ
    }
}

impl ToSql for TimeTz {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Encoded {
        out.put_i64(self.microseconds);
        out.put_i32(self.offset.checked_neg().ok_or("no such time zone")?);
        Ok(IsNull::No)
    }

    fn accepts(data_type: &Type) -> bool {
        *data_type == Type::TIMETZ
    }

    to_sql_checked!();
}

/// `hstore`, of the extension of that name: texts by their keys, each of which may be NULL.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hstore(pub BTreeMap<String, Option<String>>);

impl Hstore {
    fn is_it(data_type: &Type) -> bool {
        wire::is_inferred(data_type) || data_type.name() == "hstore"
    }
}

/// `hstore_send` in contrib/hstore/hstore_io.c: a count, then keys and values with their lengths, -1 for NULL.
impl<'a> FromSql<'a> for Hstore {
    fn from_sql(_: &Type, mut raw: &'a [u8]) -> Result<Self, BoxError> {
        fn text(raw: &mut &[u8]) -> Result<Option<String>, BoxError> {
            let Ok(length) = usize::try_from(raw.try_get_i32()?) else { return Ok(None) };
            let (text, rest) = raw.split_at_checked(length).ok_or("an encoded hstore is cut short")?;
            *raw = rest;
            Ok(Some(std::str::from_utf8(text)?.to_owned()))
        }
        let count = raw.try_get_i32()?;
        let mut entries = BTreeMap::new();
        for _ in 0..count {
            let key = text(&mut raw)?.ok_or("a key of an hstore is NULL")?;
            entries.insert(key, text(&mut raw)?);
        }
        Ok(Self(entries))
    }

    fn accepts(data_type: &Type) -> bool {
        Self::is_it(data_type)
    }
}

impl ToSql for Hstore {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Encoded {
        fn put(text: &str, out: &mut BytesMut) -> Result<(), BoxError> {
            out.put_i32(i32::try_from(text.len())?);
            out.put_slice(text.as_bytes());
            Ok(())
        }
        out.put_i32(i32::try_from(self.0.len())?);
        for (key, value) in &self.0 {
            put(key, out)?;
            match value {
                Some(value) => put(value, out)?,
                None => out.put_i32(-1),
            }
        }
        Ok(IsNull::No)
    }

    fn accepts(data_type: &Type) -> bool {
        Self::is_it(data_type)
    }

    to_sql_checked!();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_read() {
        let bits: Bits = "0111000011".parse().unwrap();
        assert_eq!(bits.to_string(), "0111000011");
        assert!("012".parse::<Bits>().is_err());
        let lsn: Lsn = "16/B374D848".parse().unwrap();
        assert_eq!((lsn.0, lsn.to_string()), (0x16_B374_D848, "16/B374D848".to_owned()));
        let address: MacAddr8 = "08:00:2b:01:02:03:04:05".parse().unwrap();
        assert_eq!(address.to_string(), "08:00:2b:01:02:03:04:05");
    }
}
