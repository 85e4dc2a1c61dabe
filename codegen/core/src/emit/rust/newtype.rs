//! The file of a domain that is to have a type of its own: a struct around what the domain stands on.
//!
//! It says what a value is, not that the value is valid: the domain's constraints are the server's to check.

use super::derive;
use super::types::{DATE, Element, Mapped, Passing, TIME, TIMESTAMP, TIMESTAMPTZ};
use super::user::Newtype;
use super::writer::{Writer, literal};

/// The text of the file below its first line.
pub(super) fn file(newtype: &Newtype<'_>, more: &[String]) -> String {
    let Newtype { name, domain, module: _, rust, field, mapped, sensitive } = newtype;
    let traits = traits(mapped);
    let mut file = Writer::default();
    file.line(0, "use ::lockstep::types;");
    file.blank();
    let title = format!("A value of the domain `{}`, which stands on `{}`.", name.key(), domain.data_type.text);
    let constraints = domain.constraints.values().map(|constraint| format!("`{}`", constraint.definition));
    let constraints = constraints.collect::<Vec<_>>().join("\n\n");
    let mut item = Writer::default();
    item.doc(0, [domain.comment.as_deref().unwrap_or_default(), title.as_str(), constraints.as_str()]);
    let mut derives = vec!["Clone"];
    let is_value = mapped.passing == Passing::Value && !mapped.array;
    derives.extend(is_value.then_some("Copy"));
    derives.extend((!sensitive).then_some("Debug"));
    derives.push("PartialEq");
    derives.extend(traits.ordered.then_some(["Eq", "PartialOrd", "Ord", "Hash"]).into_iter().flatten());
    item.line(0, format!("#[derive({})]", derive(&derives.join(", "), more)));
    item.line(0, format!("pub struct {rust}(pub {field});"));
    file.item(0, item);
    let mut blocks = vec![CONVERSIONS];
    blocks.extend(sensitive.then_some(REDACTED));
    blocks.extend(traits.displayed.then_some(DISPLAYED));
    blocks.extend(traits.deserialised.then_some(DESERIALISED));
    blocks.push(SQL);
    for block in blocks {
        let block = block.replace("RUST", rust).replace("FIELD", field).replace("NAME", &literal(rust));
        file.blank();
        file.text.push_str(&block);
    }
    file.text
}

/// What the value below has, and the newtype therefore too.
struct Traits {
    ordered: bool,
    displayed: bool,
    deserialised: bool,
}

fn traits(mapped: &Mapped) -> Traits {
    let is_array = mapped.array && !mapped.whole;
    match &mapped.element {
        Element::Named(rust) => {
            let is_date = [DATE, TIME, TIMESTAMP, TIMESTAMPTZ].iter().any(|of_crates| of_crates.contains(rust));
            let ordered = is_date || ORDERED.contains(rust);
            let displayed = !is_array && (ordered && *rust != "Vec<u8>" || DISPLAYED_ONLY.contains(rust));
            Traits { ordered, displayed, deserialised: true }
        }
        Element::Enum(_) => Traits { ordered: true, displayed: !is_array, deserialised: true },
        Element::Newtype(_, base) => traits(base),
        Element::Composite(_) => Traits { ordered: false, displayed: false, deserialised: false },
        Element::Range(_) | Element::Multirange(_) | Element::Unmapped(_) => {
            Traits { ordered: false, displayed: false, deserialised: true }
        }
    }
}

/// Types with an order, which can be keys.
const ORDERED: &[&str] = &[
    "::lockstep::Lsn",
    "::lockstep::MacAddr",
    "::lockstep::MacAddr8",
    "String",
    "Vec<u8>",
    "bool",
    "i16",
    "i32",
    "i64",
    "i8",
    "types::Decimal",
    "types::IpCidr",
    "types::IpInet",
    "types::Uuid",
    "u32",
];

/// Types that can be shown, but have no total order.
const DISPLAYED_ONLY: &[&str] = &["::lockstep::Bits", "f32", "f64", "types::Value"];

const CONVERSIONS: &str = "impl From<FIELD> for RUST {
    fn from(value: FIELD) -> Self {
        Self(value)
    }
}
";

const REDACTED: &str = "/// The schema calls the value sensitive: it is not shown.
impl ::core::fmt::Debug for RUST {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(\"[redacted]\")
    }
}
";

const DISPLAYED: &str = "impl ::core::fmt::Display for RUST {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::core::fmt::Display::fmt(&self.0, f)
    }
}
";

const DESERIALISED: &str = "impl<'de> types::Deserialize<'de> for RUST {
    fn deserialize<D: types::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        types::Deserialize::deserialize(deserializer).map(Self)
    }
}
";

const SQL: &str = "impl types::Serialize for RUST {
    fn serialize<S: types::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'a> types::FromSql<'a> for RUST {
    fn from_sql(data_type: &types::Type, raw: &'a [u8]) -> Result<Self, types::BoxError> {
        types::FromSql::from_sql(data_type, raw).map(Self)
    }

    fn accepts(data_type: &types::Type) -> bool {
        <FIELD as types::FromSql>::accepts(data_type)
    }
}

impl types::ToSql for RUST {
    fn to_sql(&self, data_type: &types::Type, out: &mut types::BytesMut) -> types::Encoded {
        self.0.to_sql(data_type, out)
    }

    fn accepts(data_type: &types::Type) -> bool {
        <FIELD as types::ToSql>::accepts(data_type)
    }

    types::to_sql_checked!();
}
";
