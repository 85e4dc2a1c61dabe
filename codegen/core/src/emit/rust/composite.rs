//! The file of a composite type: a struct whose fields are all optional, because every attribute may be NULL.

use super::derive;
use super::names::identifier;
use super::table::{Struct, serialized, structure};
use super::user::{Attribute, Composite};
use super::writer::{Writer, literal};

/// The text of the file below its first line.
pub(super) fn file(composite: &Composite<'_>, derives: &[String]) -> String {
    let Composite { name, comment, module: _, rust, attributes } = composite;
    let mut file = Writer::default();
    file.line(0, "use ::lockstep::access;");
    file.line(0, "use ::lockstep::types;");
    file.blank();
    let field = |attribute: &Attribute<'_>| {
        let definition = format!("`{}`", attribute.attribute.data_type.text);
        let comment = attribute.attribute.comment.as_ref();
        let doc = comment.map_or(definition.clone(), |comment| format!("{comment}\n\n{definition}"));
        (attribute.field.clone(), format!("Option<{}>", attribute.rust), doc, false)
    };
    let item = Struct {
        name: rust,
        title: format!("A value of the composite type `{}`.", name.key()),
        comment: comment.unwrap_or_default(),
        derive: derive("Clone, Debug, Default, PartialEq", derives),
        fields: attributes.iter().map(field).collect(),
    };
    structure(&mut file, &item);
    from_sql(&mut file, composite);
    to_sql(&mut file, composite);
    let fields = attributes.iter().map(|each| (each.field.as_str(), each.attribute.name.as_str()));
    serialized(&mut file, rust, &fields.collect::<Vec<_>>());
    file.text
}

fn from_sql(file: &mut Writer, composite: &Composite<'_>) {
    let mut item = Writer::default();
    item.line(0, format!("impl<'a> types::FromSql<'a> for {} {{", composite.rust));
    item.line(1, "fn from_sql(data_type: &types::Type, raw: &'a [u8]) -> Result<Self, types::BoxError> {");
    let mutable = if composite.attributes.is_empty() { "_attributes" } else { "mut attributes" };
    item.line(2, format!("let {mutable} = access::Attributes::read(data_type, raw)?;"));
    item.line(2, "Ok(Self {");
    item.line(3, "// By name: there may be more of them in the database.");
    for attribute in &composite.attributes {
        let name = literal(attribute.attribute.name.as_str());
        item.line(3, format!("{}: attributes.get({name})?,", identifier(&attribute.field)));
    }
    item.line(2, "})");
    item.line(1, "}");
    item.blank();
    accepts(&mut item);
    item.line(0, "}");
    file.blank();
    file.item(0, item);
}

fn to_sql(file: &mut Writer, composite: &Composite<'_>) {
    let attribute = |attribute: &Attribute<'_>| {
        format!("(&types::Type::{}, &self.{})", attribute.constant, identifier(&attribute.field))
    };
    let attributes: Vec<String> = composite.attributes.iter().map(attribute).collect();
    let mut item = Writer::default();
    item.line(0, format!("impl types::ToSql for {} {{", composite.rust));
    item.line(1, "fn to_sql(&self, _: &types::Type, out: &mut types::BytesMut) -> types::Encoded {");
    item.line(2, "let attributes: &[access::Attribute<'_>] = &[");
    item.line(3, "// In the order of the type.");
    attributes.iter().for_each(|attribute| item.line(3, format!("{attribute},")));
    item.line(2, "];");
    item.line(2, "access::encode_composite(attributes, out)");
    item.line(1, "}");
    item.blank();
    accepts(&mut item);
    item.blank();
    item.line(1, "types::to_sql_checked!();");
    item.line(0, "}");
    let is_long = attributes.iter().any(|attribute| attribute.chars().count() > 60);
    file.blank();
    if is_long {
        file.line(0, "#[rustfmt::skip]");
        file.text.push_str(&item.text);
    } else {
        file.item(0, item);
    }
}

fn accepts(item: &mut Writer) {
    item.line(1, "fn accepts(data_type: &types::Type) -> bool {");
    item.line(2, "access::is_composite(data_type)");
    item.line(1, "}");
}
