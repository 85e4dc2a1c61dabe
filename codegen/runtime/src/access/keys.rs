//! Many keys at once: sent as one array, and found again by the bytes of the column that a row has its key in.
//!
//! In: an array of keys whose type has one binary form for values that are equal, so that no value has to be decoded
//! and no key's type needs to say what equals what. Out: the array as a parameter, and the numbers of the keys that a
//! row belongs to. The keys are encoded once for both.

use std::collections::HashMap;
use std::error::Error;

use bytes::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use super::array::elements;
use super::core::Parameter;
use super::decode::Raw;
use super::executor::Statement;

type BoxError = Box<dyn Error + Sync + Send>;

/// An encoded array of keys.
#[derive(Debug)]
pub(super) struct Keys(BytesMut);

/// Which keys have which bytes.
#[derive(Debug)]
pub(super) struct Numbered<'a> {
    last: HashMap<&'a [u8], usize>,
    /// For each key the one before it that is the same.
    before: Vec<Option<usize>>,
}

impl Keys {
    /// The keys, as the array that the statement takes.
    pub(super) fn encode(statement: &Statement, keys: Parameter<'_>) -> Result<Self, BoxError> {
        let data_type = statement.placeholders().first().ok_or("the statement takes no keys")?;
        let mut encoded = BytesMut::new();
        keys.to_sql_checked(data_type, &mut encoded)?;
        Ok(Self(encoded))
    }

    /// The keys by their bytes.
    pub(super) fn numbered(&self) -> Result<Numbered<'_>, BoxError> {
        let elements = elements(&self.0)?;
        let count = usize::try_from(elements.count)?;
        let mut encoded = elements.encoded;
        let (mut last, mut before) = (HashMap::with_capacity(count), Vec::with_capacity(count));
        for number in 0..count {
            let (length, rest) = encoded.split_first_chunk::<4>().ok_or("an encoded array is cut short")?;
            // The length of NULL is -1; no row has it for a key.
            let length = i32::from_be_bytes(*length);
            let Ok(length) = usize::try_from(length) else {
                before.push(None);
                encoded = rest;
                continue;
            };
            let (key, rest) = rest.split_at_checked(length).ok_or("an encoded array is cut short")?;
            before.push(last.insert(key, number));
            encoded = rest;
        }
        Ok(Numbered { last, before })
    }
}

impl Numbered<'_> {
    /// How many keys there are.
    pub(super) fn len(&self) -> usize {
        self.before.len()
    }

    /// The numbers of the keys that have these bytes; NULL is no key.
    pub(super) fn of(&self, Raw(key): Raw<'_>) -> impl Iterator<Item = usize> {
        let last = key.and_then(|key| self.last.get(key).copied());
        std::iter::successors(last, |number| self.before[*number])
    }
}

impl ToSql for Keys {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, BoxError> {
        out.extend_from_slice(&self.0);
        Ok(IsNull::No)
    }

    /// What the keys were encoded as.
    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

#[cfg(test)]
mod tests {
    use super::*;

    static STATEMENT: Statement = Statement { name: "", sql: "", parameters: &[Type::TEXT_ARRAY] };

    fn numbers(keys: &[Option<&str>], key: Option<&str>) -> Vec<usize> {
        let array = Keys::encode(&STATEMENT, &keys).unwrap();
        let numbered = array.numbered().unwrap();
        assert_eq!(numbered.len(), keys.len());
        numbered.of(Raw(key.map(str::as_bytes))).collect()
    }

    #[test]
    fn a_row_belongs_to_every_key_that_is_its_own() {
        let keys = [Some("a"), Some("b"), None, Some("a"), Some("")];
        assert_eq!(numbers(&keys, Some("a")), [3, 0]);
        assert_eq!(numbers(&keys, Some("b")), [1]);
        assert_eq!(numbers(&keys, Some("")), [4]);
        assert_eq!(numbers(&keys, Some("c")), [0; 0]);
        assert_eq!(numbers(&keys, None), [0; 0]);
        assert_eq!(numbers(&[], Some("a")), [0; 0]);
    }

    #[test]
    fn keys_are_sent_as_what_they_are() {
        let keys = ["a", "b"].as_slice();
        let (mut expected, mut sent) = (BytesMut::new(), BytesMut::new());
        keys.to_sql_checked(&Type::TEXT_ARRAY, &mut expected).unwrap();
        let array = Keys::encode(&STATEMENT, &keys).unwrap();
        array.to_sql_checked(&Type::TEXT_ARRAY, &mut sent).unwrap();
        assert_eq!(sent, expected);
    }
}
