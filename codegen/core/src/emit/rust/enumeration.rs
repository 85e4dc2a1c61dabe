//! The file of an enumerated type.

use super::derive;
use super::model::Enum;
use super::writer::{Writer, literal};

/// The text of the file below its first line.
pub(super) fn file(enumeration: &Enum<'_>, derives: &[String]) -> String {
    let Enum { name, comment, module: _, rust, values } = enumeration;
    let mut file = Writer::default();
    file.line(0, "use ::lockstep::access;");
    file.line(0, "use ::lockstep::types;");
    file.blank();
    let title = format!("The enumerated type `{}`.", name.key());
    let mut item = Writer::default();
    item.doc(0, [comment.unwrap_or_default(), title.as_str()]);
    let derive = derive("Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash", derives);
    item.line(0, format!("#[derive({derive})]"));
    item.line(0, format!("pub enum {rust} {{"));
    for (label, variant) in values {
        let doc = format!("`{label}`");
        item.doc(1, [doc.as_str()]);
        item.line(1, format!("{variant},"));
    }
    item.line(0, "}");
    file.item(0, item);
    file.blank();
    inherent(&mut file, enumeration);
    for block in TRAITS {
        file.blank();
        file.text.push_str(&block.replace("RUST", rust).replace("NAME", &literal(&name.key())));
    }
    file.text
}

fn inherent(file: &mut Writer, enumeration: &Enum<'_>) {
    let Enum { name: _, comment: _, module: _, rust, values } = enumeration;
    let count = values.len();
    file.line(0, format!("impl {rust} {{"));
    let variants: Vec<String> = values.iter().map(|(_, variant)| format!("Self::{variant}")).collect();
    let mut all = Writer::default();
    all.line(1, "/// Every value, in the order of the type.");
    all.list(1, &format!("pub const ALL: [Self; {count}] = ["), &variants, "];", "In the order of the type.");
    file.item(1, all);
    file.blank();
    let quoted: Vec<String> = values.iter().map(|(label, _)| literal(label)).collect();
    let mut labels = Writer::default();
    labels.list(1, &format!("const LABELS: [&str; {count}] = ["), &quoted, "];", "In the order of the type.");
    file.item(1, labels);
    file.blank();
    file.line(1, "/// The label.");
    file.line(1, "#[must_use]");
    file.line(1, "pub const fn label(self) -> &'static str {");
    let body = if count == 0 { "match self {}" } else { "Self::LABELS[self as usize]" };
    file.line(2, body);
    file.line(1, "}");
    file.line(0, "}");
}

/// What every generated enum can do; `RUST` stands for its name, `NAME` for that of its type.
const TRAITS: &[&str] = &[
    "/// Writes the label.
impl ::core::fmt::Display for RUST {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.pad(self.label())
    }
}
",
    "/// Reads a label.
impl ::core::str::FromStr for RUST {
    type Err = access::UnknownLabel;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let data_type = NAME;
        let known = Self::ALL.into_iter().find(|value| value.label() == text);
        known.ok_or(access::UnknownLabel { data_type })
    }
}
",
    "impl types::Serialize for RUST {
    fn serialize<S: types::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.label())
    }
}
",
    "impl<'de> types::Deserialize<'de> for RUST {
    fn deserialize<D: types::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        access::deserialize_label(deserializer)
    }
}
",
    "impl<'a> types::FromSql<'a> for RUST {
    fn from_sql(_: &types::Type, raw: &'a [u8]) -> Result<Self, types::BoxError> {
        access::label_from_sql(raw)
    }

    fn accepts(data_type: &types::Type) -> bool {
        access::is_label(data_type)
    }
}
",
    "impl types::ToSql for RUST {
    fn to_sql(&self, _: &types::Type, out: &mut types::BytesMut) -> types::Encoded {
        out.extend_from_slice(self.label().as_bytes());
        Ok(types::IsNull::No)
    }

    fn accepts(data_type: &types::Type) -> bool {
        access::is_label(data_type)
    }

    types::to_sql_checked!();
}
",
];
