//! Ranges and multiranges, over any type that a range can be made of.
//!
//! The format is that of `range_send` in src/backend/utils/adt/rangetypes.c and `multirange_send` in multirangetypes.c:
//! a byte of flags, then the bounds that there are, each with its length; and a count, then each range with its length.

use std::ops::{Bound, RangeBounds};

use bytes::{Buf, BufMut, BytesMut};
use serde::{Deserialize, Serialize};
use tokio_postgres::types::{FromSql, IsNull, Kind, ToSql, Type, to_sql_checked};

use super::wire;
use crate::types::{BoxError, Encoded};

const EMPTY: u8 = 0x01;
const LOWER_INCLUSIVE: u8 = 0x02;
const UPPER_INCLUSIVE: u8 = 0x04;
const LOWER_INFINITE: u8 = 0x08;
const UPPER_INFINITE: u8 = 0x10;

/// A range: `int4range`, `tstzrange`, or one that the schema defines.
///
/// The server turns ranges over whole numbers and dates into a canonical form: `[1,3]` comes back as `[1,4)`. Two ranges
/// are equal here when they are written alike.
///
/// ```
/// use lockstep::Range;
///
/// let range: Range<i32> = (1..4).into();
/// assert!(range.contains(&3) && !range.contains(&4));
/// assert!(!Range::Empty.contains(&3));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Range<T> {
    /// The range that contains nothing.
    Empty,
    /// The range between two bounds.
    Between(Bound<T>, Bound<T>),
}

impl<T> Range<T> {
    /// The range that contains everything.
    pub const ALL: Self = Self::Between(Bound::Unbounded, Bound::Unbounded);

    /// The range with the bounds of any of Rust's ranges.
    pub fn new(bounds: impl RangeBounds<T>) -> Self
    where
        T: Clone,
    {
        Self::Between(bounds.start_bound().cloned(), bounds.end_bound().cloned())
    }

    /// Whether it contains a value, as far as Rust orders values as the server does.
    pub fn contains(&self, value: &T) -> bool
    where
        T: PartialOrd,
    {
        match self {
            Self::Empty => false,
            Self::Between(lower, upper) => (lower.as_ref(), upper.as_ref()).contains(value),
        }
    }
}

impl<T> From<std::ops::Range<T>> for Range<T> {
    fn from(range: std::ops::Range<T>) -> Self {
        Self::Between(Bound::Included(range.start), Bound::Excluded(range.end))
    }
}

impl<T> From<std::ops::RangeInclusive<T>> for Range<T> {
    fn from(range: std::ops::RangeInclusive<T>) -> Self {
        let (start, end) = range.into_inner();
        Self::Between(Bound::Included(start), Bound::Included(end))
    }
}

impl<T> From<std::ops::RangeFrom<T>> for Range<T> {
    fn from(range: std::ops::RangeFrom<T>) -> Self {
        Self::Between(Bound::Included(range.start), Bound::Unbounded)
    }
}

impl<T> From<std::ops::RangeTo<T>> for Range<T> {
    fn from(range: std::ops::RangeTo<T>) -> Self {
        Self::Between(Bound::Unbounded, Bound::Excluded(range.end))
    }
}

/// A multirange: ranges that neither overlap nor touch, in their order, once the server has stored them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Multirange<T>(pub Vec<Range<T>>);

impl<T> Multirange<T> {
    /// Whether one of the ranges contains a value.
    pub fn contains(&self, value: &T) -> bool
    where
        T: PartialOrd,
    {
        self.0.iter().any(|range| range.contains(value))
    }
}

impl<T> Default for Multirange<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> FromIterator<Range<T>> for Multirange<T> {
    fn from_iter<I: IntoIterator<Item = Range<T>>>(ranges: I) -> Self {
        Self(ranges.into_iter().collect())
    }
}

/// What a range is made of; that of a range which only the server knows, and of a multirange of the schema's, of whose
/// making the client is told nothing, is unknown.
fn subtype(range: &Type) -> Type {
    match range.kind() {
        Kind::Range(subtype) | Kind::Multirange(subtype) => wire::without_domains(subtype).into_owned(),
        Kind::Domain(base) => subtype(base),
        _ => Type::UNKNOWN,
    }
}

/// Whether the type is a range, or may be.
fn is_range(data_type: &Type) -> bool {
    match data_type.kind() {
        Kind::Range(_) => true,
        Kind::Domain(base) => is_range(base),
        _ => wire::is_inferred(data_type),
    }
}

/// Whether the type is a multirange, or may be: the client takes those of the schema for plain types.
fn is_multirange(data_type: &Type) -> bool {
    /// `FirstNormalObjectId` in src/include/access/transam.h.
    const FIRST_OF_THE_SCHEMA: u32 = 16384;
    match data_type.kind() {
        Kind::Multirange(_) => true,
        Kind::Domain(base) => is_multirange(base),
        Kind::Simple => data_type.oid() >= FIRST_OF_THE_SCHEMA || wire::is_inferred(data_type),
        _ => false,
    }
}

fn bytes<'a>(raw: &mut &'a [u8]) -> Result<&'a [u8], BoxError> {
    let length = usize::try_from(raw.try_get_i32()?)?;
    let (value, rest) = raw.split_at_checked(length).ok_or("an encoded range is cut short")?;
    *raw = rest;
    Ok(value)
}

/// The bounds of an encoded range, still encoded.
type Bounds<'a> = (Bound<&'a [u8]>, Bound<&'a [u8]>);

/// Takes an encoded range apart; an empty one has no bounds.
fn bounds(mut raw: &[u8]) -> Result<Option<Bounds<'_>>, BoxError> {
    let flags = raw.try_get_u8()?;
    if flags & EMPTY != 0 {
        return Ok(None);
    }
    let mut bound = |infinite: u8, inclusive: u8| -> Result<Bound<&[u8]>, BoxError> {
        if flags & infinite != 0 {
            return Ok(Bound::Unbounded);
        }
        let value = bytes(&mut raw)?;
        Ok(if flags & inclusive == 0 { Bound::Excluded(value) } else { Bound::Included(value) })
    };
    let lower = bound(LOWER_INFINITE, LOWER_INCLUSIVE)?;
    let upper = bound(UPPER_INFINITE, UPPER_INCLUSIVE)?;
    Ok(Some((lower, upper)))
}

fn decode<'a, T: FromSql<'a>>(subtype: &Type, bound: Bound<&'a [u8]>) -> Result<Bound<T>, BoxError> {
    Ok(match bound {
        Bound::Unbounded => Bound::Unbounded,
        Bound::Included(raw) => Bound::Included(T::from_sql(subtype, raw)?),
        Bound::Excluded(raw) => Bound::Excluded(T::from_sql(subtype, raw)?),
    })
}

fn range<'a, T: FromSql<'a>>(subtype: &Type, raw: &'a [u8]) -> Result<Range<T>, BoxError> {
    match bounds(raw)? {
        None => Ok(Range::Empty),
        Some((lower, upper)) => Ok(Range::Between(decode(subtype, lower)?, decode(subtype, upper)?)),
    }
}

impl<'a, T: FromSql<'a>> FromSql<'a> for Range<T> {
    fn from_sql(data_type: &Type, raw: &'a [u8]) -> Result<Self, BoxError> {
        range(&subtype(data_type), raw)
    }

    fn accepts(data_type: &Type) -> bool {
        is_range(data_type) && is_subtype(&subtype(data_type), T::accepts)
    }
}

impl<'a, T: FromSql<'a>> FromSql<'a> for Multirange<T> {
    fn from_sql(data_type: &Type, mut raw: &'a [u8]) -> Result<Self, BoxError> {
        let subtype = subtype(data_type);
        let count = raw.try_get_i32()?;
        (0..count).map(|_| range(&subtype, bytes(&mut raw)?)).collect()
    }

    fn accepts(data_type: &Type) -> bool {
        is_multirange(data_type) && is_subtype(&subtype(data_type), T::accepts)
    }
}

fn is_subtype(subtype: &Type, accepts: fn(&Type) -> bool) -> bool {
    wire::is_inferred(subtype) || accepts(subtype)
}

/// Writes what `write` writes, with its length before it.
fn with_length(out: &mut BytesMut, write: &mut dyn FnMut(&mut BytesMut) -> Encoded) -> Result<(), BoxError> {
    let start = out.len();
    out.put_i32(0);
    if let IsNull::Yes = write(out)? {
        return Err("a bound of a range cannot be NULL: it is unbounded instead".into());
    }
    let length = i32::try_from(out.len() - start - 4)?;
    out[start..start + 4].copy_from_slice(&length.to_be_bytes());
    Ok(())
}

/// The flag of a bound, and its value.
fn flagged<T>(bound: &Bound<T>, infinite: u8, inclusive: u8) -> (u8, Option<&T>) {
    match bound {
        Bound::Unbounded => (infinite, None),
        Bound::Included(value) => (inclusive, Some(value)),
        Bound::Excluded(value) => (0, Some(value)),
    }
}

fn encode<T: ToSql>(range: &Range<T>, subtype: &Type, out: &mut BytesMut) -> Encoded {
    let Range::Between(lower, upper) = range else {
        out.put_u8(EMPTY);
        return Ok(IsNull::No);
    };
    let (lower_flag, lower) = flagged(lower, LOWER_INFINITE, LOWER_INCLUSIVE);
    let (upper_flag, upper) = flagged(upper, UPPER_INFINITE, UPPER_INCLUSIVE);
    out.put_u8(lower_flag | upper_flag);
    for value in [lower, upper].into_iter().flatten() {
        with_length(out, &mut |out| value.to_sql(subtype, out))?;
    }
    Ok(IsNull::No)
}

impl<T: ToSql> ToSql for Range<T> {
    fn to_sql(&self, data_type: &Type, out: &mut BytesMut) -> Encoded {
        encode(self, &subtype(data_type), out)
    }

    fn accepts(data_type: &Type) -> bool {
        is_range(data_type) && is_subtype(&subtype(data_type), T::accepts)
    }

    to_sql_checked!();
}

impl<T: ToSql> ToSql for Multirange<T> {
    fn to_sql(&self, data_type: &Type, out: &mut BytesMut) -> Encoded {
        let subtype = subtype(data_type);
        out.put_i32(i32::try_from(self.0.len())?);
        for range in &self.0 {
            with_length(out, &mut |out| encode(range, &subtype, out))?;
        }
        Ok(IsNull::No)
    }

    fn accepts(data_type: &Type) -> bool {
        is_multirange(data_type) && is_subtype(&subtype(data_type), T::accepts)
    }

    to_sql_checked!();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_they_were_written() {
        let ranges: [Range<i32>; 5] = [
            Range::Empty,
            Range::ALL,
            (1..4).into(),
            Range::Between(Bound::Excluded(i32::MIN), Bound::Included(i32::MAX)),
            (..-7).into(),
        ];
        for range in ranges {
            let mut out = BytesMut::new();
            range.to_sql_checked(&Type::INT4_RANGE, &mut out).unwrap();
            assert_eq!(Range::from_sql(&Type::INT4_RANGE, &out).unwrap(), range);
        }
        let multirange = Multirange(ranges.to_vec());
        let mut out = BytesMut::new();
        multirange.to_sql_checked(&Type::INT4MULTI_RANGE, &mut out).unwrap();
        assert_eq!(Multirange::<i32>::from_sql(&Type::INT4MULTI_RANGE, &out).unwrap(), multirange);
        assert!(Multirange::<i32>::from_sql(&Type::INT4MULTI_RANGE, &out[..out.len() - 1]).is_err());
    }

    #[test]
    fn a_range_holds_values_of_one_type_only() {
        assert!(<Range<i32> as FromSql>::accepts(&Type::INT4_RANGE));
        assert!(!<Range<i64> as FromSql>::accepts(&Type::INT4_RANGE));
        assert!(!<Range<i32> as FromSql>::accepts(&Type::INT4MULTI_RANGE));
        assert!(<Multirange<i32> as ToSql>::accepts(&Type::INT4MULTI_RANGE));
        assert!(!<Multirange<i64> as ToSql>::accepts(&Type::INT4MULTI_RANGE));
    }
}
