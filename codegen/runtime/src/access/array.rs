//! Rows turned into columns, for statements that insert many rows from one array per column.
//!
//! Compiled once for all tables: the values stay behind `dyn ToSql` and are encoded straight into PostgreSQL's binary
//! array format (`array_recv` in src/backend/utils/adt/arrayfuncs.c). An array of arrays would have to be rectangular,
//! so a column of arrays travels as one flat array with the bounds of each row's slice beside it.

use std::error::Error;

use bytes::{BufMut, BytesMut};
use tokio_postgres::types::{IsNull, Kind, ToSql, Type, to_sql_checked};

use super::core::Parameter;
use super::executor::Statement;
use super::wire;

type BoxError = Box<dyn Error + Sync + Send>;

/// One parameter of a statement that inserts many rows.
#[derive(Debug)]
pub(super) enum Column<'a> {
    /// The values of a column, encoded as elements of an array when the element type is known.
    Scalars(Vec<Parameter<'a>>),
    /// The same, of which nothing is sent where all are NULL: beside a longer array `UNNEST` fills up with NULLs.
    Fillable(Vec<Parameter<'a>>),
    /// The elements of all the arrays of a column, encoded.
    Elements { count: i32, has_null: bool, encoded: BytesMut },
    /// Where the slice of each row begins or ends; none for a NULL array.
    Bounds(Vec<Option<i32>>),
}

/// The parameters for `rows`, each of which holds the values of `single`'s placeholders.
pub(super) fn transpose<'a>(single: &Statement, rows: &[Vec<Parameter<'a>>]) -> Result<Vec<Column<'a>>, BoxError> {
    let mut columns = Vec::with_capacity(single.placeholders().len());
    let mut is_counted = false;
    for (place, data_type) in single.placeholders().iter().enumerate() {
        let values = rows.iter().map(|row| row[place]);
        let data_type = wire::encoded_as(data_type);
        match data_type.kind() {
            Kind::Array(_) => columns.extend(flatten(data_type, values)?),
            _ if is_counted => columns.push(Column::Fillable(values.collect())),
            _ => columns.push(Column::Scalars(values.collect())),
        }
        // What only the server knows may be composite, which is not unnested: it does not say how many rows there are.
        is_counted |= matches!(data_type.kind(), Kind::Simple) && !wire::is_inferred(data_type);
    }
    Ok(columns)
}

fn flatten<'a>(array: &Type, values: impl Iterator<Item = Parameter<'a>>) -> Result<[Column<'a>; 3], BoxError> {
    let (mut lower, mut upper) = (Vec::new(), Vec::new());
    let (mut count, mut has_null, mut encoded) = (0_i32, false, BytesMut::new());
    let mut buffer = BytesMut::new();
    for value in values {
        buffer.clear();
        if matches!(value.to_sql_checked(array, &mut buffer)?, IsNull::Yes) {
            lower.push(None);
            upper.push(None);
            continue;
        }
        let elements = elements(&buffer)?;
        lower.push(Some(count + 1));
        count = count.checked_add(elements.count).ok_or("too many array elements for one statement")?;
        upper.push(Some(count));
        has_null |= elements.has_null;
        encoded.extend_from_slice(elements.encoded);
    }
    Ok([Column::Elements { count, has_null, encoded }, Column::Bounds(lower), Column::Bounds(upper)])
}

pub(super) struct Elements<'a> {
    pub(super) count: i32,
    pub(super) has_null: bool,
    pub(super) encoded: &'a [u8],
}

/// Takes an encoded array apart: dimensions, flags and element type, then length and lower bound per dimension.
pub(super) fn elements(array: &[u8]) -> Result<Elements<'_>, BoxError> {
    let word = |place: usize| -> Result<i32, BoxError> {
        let bytes = array.get(place * 4..place * 4 + 4).ok_or("an encoded array is cut short")?;
        Ok(i32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    };
    match word(0)? {
        0 => Ok(Elements { count: 0, has_null: false, encoded: &[] }),
        1 => Ok(Elements { count: word(3)?, has_null: word(1)? != 0, encoded: &array[20..] }),
        _ => Err("an array of several dimensions cannot be inserted with many rows".into()),
    }
}

fn header(out: &mut BytesMut, count: i32, has_null: bool, element: &Type) {
    out.put_i32(1);
    out.put_i32(i32::from(has_null));
    out.put_u32(element.oid());
    out.put_i32(count);
    out.put_i32(1);
}

/// Writes a length, then the value, and says whether it is NULL, whose length is -1: an element of an array, or a column
/// of a row for `COPY`.
pub(super) fn element(value: Parameter<'_>, data_type: &Type, out: &mut BytesMut) -> Result<bool, BoxError> {
    let start = out.len();
    out.put_i32(-1);
    match value.to_sql_checked(data_type, out)? {
        IsNull::Yes => Ok(true),
        IsNull::No => {
            let length = i32::try_from(out.len() - start - 4)?;
            out[start..start + 4].copy_from_slice(&length.to_be_bytes());
            Ok(false)
        }
    }
}

/// Writes an array, and says how many of its elements are NULL.
fn scalars<'a>(
    values: impl ExactSizeIterator<Item = Parameter<'a>>,
    data_type: &Type,
    out: &mut BytesMut,
) -> Result<usize, BoxError> {
    let start = out.len();
    header(out, i32::try_from(values.len())?, false, data_type);
    let mut nulls = 0;
    for value in values {
        nulls += usize::from(element(value, data_type, out)?);
    }
    out[start + 4..start + 8].copy_from_slice(&i32::from(nulls > 0).to_be_bytes());
    Ok(nulls)
}

fn fillable(values: &[Parameter<'_>], data_type: &Type, out: &mut BytesMut) -> Result<(), BoxError> {
    let start = out.len();
    if scalars(values.iter().copied(), data_type, out)? == values.len() {
        out.truncate(start);
        header(out, 0, false, data_type);
    }
    Ok(())
}

impl ToSql for Column<'_> {
    fn to_sql(&self, data_type: &Type, out: &mut BytesMut) -> Result<IsNull, BoxError> {
        let Kind::Array(element) = data_type.kind() else {
            return Err(format!("a column of values is sent as an array, not as {data_type}").into());
        };
        match self {
            Self::Scalars(values) => {
                scalars(values.iter().copied(), element, out)?;
            }
            Self::Fillable(values) => fillable(values, element, out)?,
            Self::Bounds(bounds) => {
                scalars(bounds.iter().map(|bound| bound as Parameter<'_>), element, out)?;
            }
            Self::Elements { count, has_null, encoded } => {
                header(out, *count, *has_null, element);
                out.extend_from_slice(encoded);
            }
        }
        Ok(IsNull::No)
    }

    fn accepts(data_type: &Type) -> bool {
        matches!(data_type.kind(), Kind::Array(_))
    }

    to_sql_checked!();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(value: &dyn ToSql, data_type: &Type) -> Vec<u8> {
        let mut out = BytesMut::new();
        value.to_sql_checked(data_type, &mut out).unwrap();
        out.to_vec()
    }

    #[test]
    fn a_column_is_encoded_as_the_array_of_its_values() {
        let values: [Parameter<'_>; 3] = [&Some(7_i32), &None::<i32>, &Some(-1_i32)];
        let column = Column::Scalars(values.to_vec());
        assert_eq!(encoded(&column, &Type::INT4_ARRAY), encoded(&vec![Some(7), None, Some(-1)], &Type::INT4_ARRAY));
        assert_eq!(
            encoded(&Column::Scalars(vec![]), &Type::INT4_ARRAY),
            encoded(&Vec::<i32>::new(), &Type::INT4_ARRAY)
        );
    }

    #[test]
    fn a_column_of_nulls_is_left_to_the_server_behind_one_that_counts_the_rows() {
        static SINGLE: Statement =
            Statement { name: "", sql: "", parameters: &[Type::UNKNOWN, Type::INT4, Type::INT4, Type::INT4] };
        let (one, null): (Option<i32>, Option<i32>) = (Some(1), None);
        let rows: Vec<Vec<Parameter<'_>>> = vec![vec![&"a", &null, &null, &null], vec![&"b", &null, &null, &one]];
        let columns = transpose(&SINGLE, &rows).unwrap();
        let array = |place: usize| encoded(&columns[place], &Type::INT4_ARRAY);
        let expected = |values: &[Option<i32>]| encoded(&values, &Type::INT4_ARRAY);
        assert_eq!(array(1), expected(&[None, None]));
        assert_eq!(array(2), expected(&[]));
        assert_eq!(array(3), expected(&[None, Some(1)]));
    }

    #[test]
    fn a_column_of_arrays_is_encoded_flat_with_the_bounds_of_each() {
        static SINGLE: Statement = Statement { name: "", sql: "", parameters: &[Type::TEXT_ARRAY] };
        let (full, empty, null) = (vec!["a", "b"], Vec::<&str>::new(), None::<Vec<&str>>);
        let last = vec![Some("c"), None];
        let rows: Vec<Vec<Parameter<'_>>> = vec![vec![&full], vec![&empty], vec![&null], vec![&last]];
        let columns = transpose(&SINGLE, &rows).unwrap();
        let [flat, Column::Bounds(lower), Column::Bounds(upper)] = columns.as_slice() else { panic!("{columns:?}") };
        let expected = vec![Some("a"), Some("b"), Some("c"), None];
        assert_eq!(encoded(flat, &Type::TEXT_ARRAY), encoded(&expected, &Type::TEXT_ARRAY));
        assert_eq!(lower, &[Some(1), Some(3), None, Some(3)]);
        assert_eq!(upper, &[Some(2), Some(2), None, Some(4)]);
    }
}
