//! Values of composite types, as generated structs read and write them.
//!
//! `record_recv` and `record_send` in src/backend/utils/adt/rowtypes.c: the number of attributes, then for each its
//! type's oid, its length (-1 for NULL) and its value.

use bytes::{Buf, BufMut, BytesMut};
use tokio_postgres::types::{Field, FromSql, IsNull, Type};

use super::core::Parameter;
use super::wire;
use crate::types::{BoxError, Encoded};

/// Whether a generated struct can hold a value of the type.
#[must_use]
pub fn is_composite(data_type: &Type) -> bool {
    wire::is_inferred(data_type) || wire::attributes(data_type).is_some()
}

/// An attribute to write, with the type that it is declared as.
pub type Attribute<'a> = (&'a Type, Parameter<'a>);

/// Writes a value of a composite type: its attributes in their order.
///
/// # Errors
/// An attribute that cannot be encoded.
pub fn encode_composite(attributes: &[Attribute<'_>], out: &mut BytesMut) -> Encoded {
    out.put_i32(i32::try_from(attributes.len())?);
    for (declared, value) in attributes {
        let data_type = wire::encoded_as(declared);
        out.put_u32(data_type.oid());
        let start = out.len();
        out.put_i32(-1);
        if let IsNull::No = value.to_sql_checked(data_type, out)? {
            let length = i32::try_from(out.len() - start - 4)?;
            out[start..start + 4].copy_from_slice(&length.to_be_bytes());
        }
    }
    Ok(IsNull::No)
}

/// The attributes of a value, taken out one by one by their names.
///
/// A name that is not there yields NULL, and one that nobody asks for is passed over: the schema of the database may be
/// newer than the program.
#[derive(Debug)]
pub struct Attributes<'a> {
    fields: Vec<(Field, Option<&'a [u8]>)>,
    /// Where the next one is looked for first.
    next: usize,
}

impl<'a> Attributes<'a> {
    /// Takes an encoded value apart.
    ///
    /// # Errors
    /// Bytes that are no value of the type.
    pub fn read(data_type: &Type, mut raw: &'a [u8]) -> Result<Self, BoxError> {
        let known = wire::attributes(data_type).ok_or("this is no composite type")?;
        let count = raw.try_get_i32()?;
        if usize::try_from(count)? != known.len() {
            return Err("the composite type has changed since the connection was made".into());
        }
        let mut fields = Vec::with_capacity(known.len());
        for field in known {
            let _oid = raw.try_get_u32()?;
            let length = raw.try_get_i32()?;
            let value = match usize::try_from(length) {
                Err(_) => None,
                Ok(length) => {
                    let (value, rest) = raw.split_at_checked(length).ok_or("a composite value is cut short")?;
                    raw = rest;
                    Some(value)
                }
            };
            fields.push((field.clone(), value));
        }
        Ok(Self { fields, next: 0 })
    }

    /// The attribute of this name.
    ///
    /// # Errors
    /// A value that the field cannot hold, with the attribute's name.
    pub fn get<T: FromSql<'a>>(&mut self, name: &str) -> Result<Option<T>, BoxError> {
        let Some((data_type, value)) = self.find(name) else { return Ok(None) };
        if !T::accepts(&data_type) {
            return Err(format!("attribute {name} is of type {data_type}, which its field does not hold").into());
        }
        T::from_sql(&data_type, value).map(Some).map_err(|error| format!("attribute {name}: {error}").into())
    }

    fn find(&mut self, name: &str) -> Option<(Type, &'a [u8])> {
        let is_next = self.fields.get(self.next).is_some_and(|(field, _)| field.name() == name);
        let place = if is_next { self.next } else { self.fields.iter().position(|(field, _)| field.name() == name)? };
        self.next = place + 1;
        let (field, value) = &self.fields[place];
        value.map(|value| (wire::without_domains(field.type_()).into_owned(), value))
    }
}
