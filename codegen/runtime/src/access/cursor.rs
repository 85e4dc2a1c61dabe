//! Where a page begins, as typed values and as opaque text.
//!
//! In: the values that a list is ordered by. Out: text for a link or a JSON document, and from such text the values
//! again. The text never reaches SQL: it is decoded into values of the list's types first, which are sent beside the
//! statement like any others.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::{BufMut, BytesMut};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tokio_postgres::types::{FromSqlOwned, IsNull, Type};

use super::page::List;

/// What a conversion to or from a value of PostgreSQL fails with.
pub type BoxError = Box<dyn std::error::Error + Sync + Send>;

/// The row of a list that a page starts after.
///
/// It comes out of the page before. `Display`, `FromStr` and serde turn it into text for a URL and back; it can also be
/// made from the values that the list is ordered by, `Cursor((created_at, id))`.
///
/// The text is opaque but no secret: it holds the values in PostgreSQL's binary format. A text that was cut, altered or
/// written for another list is refused. Whoever takes the trouble to forge one gets a place in the list that the
/// accessor was called for, and nothing else.
pub struct Cursor<L: List>(pub L::Key);

/// A text that is no cursor of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CursorError {
    /// The list, such as `commerce.order.list_by_total`.
    pub list: &'static str,
}

impl fmt::Display for CursorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a cursor of {}", self.list)
    }
}

impl std::error::Error for CursorError {}

/// The values of a cursor that is being read.
#[derive(Debug)]
pub struct Values<'a> {
    types: &'static [Type],
    encoded: &'a [u8],
}

impl Values<'_> {
    /// The next value.
    ///
    /// # Errors
    /// There is none, or one of another type.
    pub fn take<T: FromSqlOwned>(&mut self) -> Result<T, BoxError> {
        let (data_type, types) = self.types.split_first().ok_or("too many values")?;
        let (length, rest) = self.encoded.split_first_chunk::<4>().ok_or("cut short")?;
        if !T::accepts(data_type) {
            return Err("another type".into());
        }
        self.types = types;
        self.encoded = rest;
        let Ok(length) = usize::try_from(i32::from_be_bytes(*length)) else {
            return T::from_sql_null(data_type);
        };
        let (value, rest) = rest.split_at_checked(length).ok_or("cut short")?;
        self.encoded = rest;
        T::from_sql(data_type, value)
    }
}

/// Tells a cursor of one list from those of all others, and an altered one from what it was.
///
/// FNV-1a over the list's name, the types of the values and the values.
fn checksum<L: List>(encoded: &[u8]) -> [u8; 8] {
    let name = L::FIRST.name.bytes().chain([0]);
    let types = L::types().iter().flat_map(|data_type| data_type.oid().to_be_bytes());
    let bytes = name.chain(types).chain(encoded.iter().copied());
    let hash = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    bytes.fold(0xcbf2_9ce4_8422_2325, hash).to_be_bytes()
}

fn encode<L: List>(key: &L::Key) -> Result<BytesMut, BoxError> {
    let mut encoded = BytesMut::new();
    for (value, data_type) in L::values(key).into_iter().zip(L::types()) {
        let start = encoded.len();
        encoded.put_i32(-1);
        if matches!(value.to_sql_checked(data_type, &mut encoded)?, IsNull::No) {
            let length = i32::try_from(encoded.len() - start - 4)?;
            encoded[start..start + 4].copy_from_slice(&length.to_be_bytes());
        }
    }
    Ok(encoded)
}

fn decode<L: List>(text: &str) -> Result<L::Key, BoxError> {
    let bytes = URL_SAFE_NO_PAD.decode(text)?;
    let (sum, encoded) = bytes.split_first_chunk::<8>().ok_or("cut short")?;
    if *sum != checksum::<L>(encoded) {
        return Err("altered, or of another list".into());
    }
    let mut values = Values { types: L::types(), encoded };
    let key = L::read(&mut values)?;
    if values.encoded.is_empty() { Ok(key) } else { Err("too long".into()) }
}

/// A value that cannot be encoded, which none that comes from the server is, leaves a text that no list takes.
impl<L: List> fmt::Display for Cursor<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ok(encoded) = encode::<L>(&self.0) else { return f.write_str("-") };
        let bytes = [&checksum::<L>(&encoded), &*encoded].concat();
        f.write_str(&URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl<L: List> FromStr for Cursor<L> {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        decode::<L>(text).map(Self).map_err(|_| CursorError { list: L::FIRST.name })
    }
}

impl<L: List> Serialize for Cursor<L> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, L: List> Deserialize<'de> for Cursor<L> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Names the list only: the values may be sensitive.
impl<L: List> fmt::Debug for Cursor<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cursor({})", L::FIRST.name)
    }
}

impl<L: List<Key: Clone>> Clone for Cursor<L> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<L: List<Key: Copy>> Copy for Cursor<L> {}

impl<L: List<Key: PartialEq>> PartialEq for Cursor<L> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<L: List<Key: Eq>> Eq for Cursor<L> {}
