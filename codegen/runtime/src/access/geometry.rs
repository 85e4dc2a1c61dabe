//! The geometric types, as plain numbers: no geometry is done here.
//!
//! See src/backend/utils/adt/geo_ops.c for their binary forms: every number is a `float8`.

use bytes::{Buf, BufMut, BytesMut};
use serde::{Deserialize, Serialize};
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::types::{BoxError, Encoded};

/// `point`.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Upward.
    pub y: f64,
}

/// `box`: the server puts the corners in their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rectangle {
    /// The upper right corner.
    pub high: Point,
    /// The lower left corner.
    pub low: Point,
}

/// `line`: all points with `a * x + b * y + c = 0`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Of x.
    pub a: f64,
    /// Of y.
    pub b: f64,
    /// What is added.
    pub c: f64,
}

/// `lseg`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LineSegment {
    /// One end.
    pub start: Point,
    /// The other end.
    pub end: Point,
}

/// `circle`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Circle {
    /// The centre.
    pub center: Point,
    /// The radius; not negative.
    pub radius: f64,
}

/// `path`: at least one point.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Path {
    /// Whether its end is joined to its start.
    pub closed: bool,
    /// The points.
    pub points: Vec<Point>,
}

/// `polygon`: at least one point.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Polygon(pub Vec<Point>);

/// A value that is a row of numbers.
trait Numbers<const N: usize> {
    fn numbers(&self) -> [f64; N];
    fn from_numbers(numbers: [f64; N]) -> Self;
}

impl Numbers<2> for Point {
    fn numbers(&self) -> [f64; 2] {
        [self.x, self.y]
    }

    fn from_numbers([x, y]: [f64; 2]) -> Self {
        Self { x, y }
    }
}

impl Numbers<4> for Rectangle {
    fn numbers(&self) -> [f64; 4] {
        [self.high.x, self.high.y, self.low.x, self.low.y]
    }

    fn from_numbers([a, b, c, d]: [f64; 4]) -> Self {
        Self { high: Point { x: a, y: b }, low: Point { x: c, y: d } }
    }
}

impl Numbers<3> for Line {
    fn numbers(&self) -> [f64; 3] {
        [self.a, self.b, self.c]
    }

    fn from_numbers([a, b, c]: [f64; 3]) -> Self {
        Self { a, b, c }
    }
}

impl Numbers<4> for LineSegment {
    fn numbers(&self) -> [f64; 4] {
        [self.start.x, self.start.y, self.end.x, self.end.y]
    }

    fn from_numbers([a, b, c, d]: [f64; 4]) -> Self {
        Self { start: Point { x: a, y: b }, end: Point { x: c, y: d } }
    }
}

impl Numbers<3> for Circle {
    fn numbers(&self) -> [f64; 3] {
        [self.center.x, self.center.y, self.radius]
    }

    fn from_numbers([x, y, radius]: [f64; 3]) -> Self {
        Self { center: Point { x, y }, radius }
    }
}

fn read<const N: usize>(raw: &mut &[u8]) -> Result<[f64; N], BoxError> {
    let mut numbers = [0.0; N];
    for number in &mut numbers {
        *number = raw.try_get_f64()?;
    }
    Ok(numbers)
}

fn write(numbers: &[f64], out: &mut BytesMut) {
    numbers.iter().for_each(|number| out.put_f64(*number));
}

/// The rest of a value: a count, then that many points.
fn read_points(mut raw: &[u8]) -> Result<Vec<Point>, BoxError> {
    let count = raw.try_get_i32()?;
    (0..count).map(|_| read(&mut raw).map(Point::from_numbers)).collect()
}

fn write_points(points: &[Point], out: &mut BytesMut) -> Encoded {
    out.put_i32(i32::try_from(points.len())?);
    points.iter().for_each(|point| write(&point.numbers(), out));
    Ok(IsNull::No)
}

macro_rules! numbers {
    ($($rust:ty, $data_type:ident;)*) => {$(
        impl<'a> FromSql<'a> for $rust {
            fn from_sql(_: &Type, mut raw: &'a [u8]) -> Result<Self, BoxError> {
                read(&mut raw).map(Self::from_numbers)
            }

            fn accepts(data_type: &Type) -> bool {
                *data_type == Type::$data_type
            }
        }

        impl ToSql for $rust {
            fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Encoded {
                write(&self.numbers(), out);
                Ok(IsNull::No)
            }

            fn accepts(data_type: &Type) -> bool {
                *data_type == Type::$data_type
            }

            to_sql_checked!();
        }
    )*};
}

numbers! {
    Point, POINT;
    Rectangle, BOX;
    Line, LINE;
    LineSegment, LSEG;
    Circle, CIRCLE;
}

impl<'a> FromSql<'a> for Path {
    fn from_sql(_: &Type, mut raw: &'a [u8]) -> Result<Self, BoxError> {
        let closed = raw.try_get_u8()? != 0;
        Ok(Self { closed, points: read_points(raw)? })
    }

    fn accepts(data_type: &Type) -> bool {
        *data_type == Type::PATH
    }
}

impl ToSql for Path {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Encoded {
        out.put_u8(u8::from(self.closed));
        write_points(&self.points, out)
    }

    fn accepts(data_type: &Type) -> bool {
        *data_type == Type::PATH
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Polygon {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, BoxError> {
        read_points(raw).map(Self)
    }

    fn accepts(data_type: &Type) -> bool {
        *data_type == Type::POLYGON
    }
}

impl ToSql for Polygon {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Encoded {
        write_points(&self.0, out)
    }

    fn accepts(data_type: &Type) -> bool {
        *data_type == Type::POLYGON
    }

    to_sql_checked!();
}
