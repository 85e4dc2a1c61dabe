//! How the certificate is laid out: indented JSON, in which whatever would take lines without telling more stands on one.

use std::io;

use serde::Serialize;
use serde_json::ser::Formatter;

/// Objects at this depth and below, and those in a list, stand on one line: a column, a constraint, an index.
const COMPACT_DEPTH: usize = 6;

pub(super) fn to_string(value: &impl Serialize) -> String {
    let mut bytes = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, Layout::default());
    value.serialize(&mut serializer).expect("maps have string keys and a vector takes every byte");
    bytes.push(b'\n');
    String::from_utf8(bytes).expect("JSON is UTF-8")
}

#[derive(Default)]
struct Layout {
    /// For each open container, whether it is an object.
    open: Vec<bool>,
    /// The depth of the outermost container that stands on one line.
    compact_from: Option<usize>,
    has_value: bool,
}

impl Layout {
    fn begin<W: ?Sized + io::Write>(&mut self, writer: &mut W, is_object: bool) -> io::Result<()> {
        let in_list = self.open.last() == Some(&false);
        self.open.push(is_object);
        if self.compact_from.is_none() && (self.open.len() >= COMPACT_DEPTH || (in_list && is_object)) {
            self.compact_from = Some(self.open.len());
        }
        self.has_value = false;
        writer.write_all(if is_object { b"{" } else { b"[" })
    }

    fn end<W: ?Sized + io::Write>(&mut self, writer: &mut W, close: &[u8]) -> io::Result<()> {
        let depth = self.open.len();
        let compact = self.compact_from.is_some();
        self.open.pop();
        if self.compact_from == Some(depth) {
            self.compact_from = None;
        }
        if self.has_value && !compact {
            self.new_line(writer)?;
        }
        writer.write_all(close)
    }

    fn separate<W: ?Sized + io::Write>(&self, writer: &mut W, first: bool) -> io::Result<()> {
        match (self.compact_from.is_some(), first) {
            (true, true) => Ok(()),
            (true, false) => writer.write_all(b", "),
            (false, true) => self.new_line(writer),
            (false, false) => {
                writer.write_all(b",")?;
                self.new_line(writer)
            }
        }
    }

    fn new_line<W: ?Sized + io::Write>(&self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b"\n")?;
        (0..self.open.len()).try_for_each(|_| writer.write_all(b"  "))
    }
}

impl Formatter for Layout {
    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin(writer, false)
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b"]")
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.separate(writer, first)
    }

    fn end_array_value<W: ?Sized + io::Write>(&mut self, _writer: &mut W) -> io::Result<()> {
        self.has_value = true;
        Ok(())
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin(writer, true)
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b"}")
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.separate(writer, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, _writer: &mut W) -> io::Result<()> {
        self.has_value = true;
        Ok(())
    }
}
