//! Names: identifiers, qualified names, and the only two functions that quote anything for SQL.
//!
//! Nothing else in the workspace puts quotes around a name or a literal; a test looks for a third place.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A name as `pg_catalog` stores it: folded, unquoted, at most 63 bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Identifier(pub String);

impl Identifier {
    /// The name as it is stored, without quotes.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Identifier {
    fn from(name: &str) -> Self {
        Self(name.to_owned())
    }
}

impl From<String> for Identifier {
    fn from(name: String) -> Self {
        Self(name)
    }
}

/// Prints the name as SQL, quoted where it must be.
impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_bare(&self.0) { f.write_str(&self.0) } else { f.write_str(&double_quoted(&self.0)) }
    }
}

/// A name with the schema it lives in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QualifiedName {
    /// The schema.
    pub schema: Identifier,
    /// The name inside the schema.
    pub name: Identifier,
}

impl QualifiedName {
    /// `schema.name`, both as `pg_catalog` stores them.
    pub fn new(schema: impl Into<Identifier>, name: impl Into<Identifier>) -> Self {
        Self { schema: schema.into(), name: name.into() }
    }

    /// What has the other name in the same schema.
    #[must_use]
    pub fn sibling(&self, name: impl Into<Identifier>) -> Self {
        Self::new(self.schema.clone(), name)
    }

    /// `schema.name` for people and for the certificate: a part is quoted only where it holds a dot, a quote or a
    /// parenthesis.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}.{}", key_part(self.schema.as_str()), key_part(self.name.as_str()))
    }
}

/// Prints the name as SQL, each part quoted where it must be.
impl fmt::Display for QualifiedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.schema, self.name)
    }
}

/// Reads what [`QualifiedName::key`] wrote.
impl FromStr for QualifiedName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (schema, rest) = split_key_part(text)?;
        let rest = rest.strip_prefix('.').ok_or_else(|| format!("`{text}` is not schema.name"))?;
        let (name, rest) = split_key_part(rest)?;
        if rest.is_empty() { Ok(Self::new(schema, name)) } else { Err(format!("`{text}` is not schema.name")) }
    }
}

impl Serialize for QualifiedName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.key())
    }
}

impl<'de> Deserialize<'de> for QualifiedName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// The name and the argument types that identify a function or procedure.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoutineSignature {
    /// The qualified name.
    pub name: QualifiedName,
    /// The input argument types, as `format_type` prints them with an empty `search_path`, joined by `, `.
    pub arguments: String,
}

/// Prints the signature as SQL: `schema.name(integer, text)`.
impl fmt::Display for RoutineSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({})", self.name, self.arguments)
    }
}

impl Serialize for RoutineSignature {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{}({})", self.name.key(), self.arguments))
    }
}

impl<'de> Deserialize<'de> for RoutineSignature {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        let wrong = || serde::de::Error::custom(format!("`{text}` is not schema.name(types)"));
        let (schema, rest) = split_key_part(&text).map_err(serde::de::Error::custom)?;
        let (name, rest) =
            split_key_part(rest.strip_prefix('.').ok_or_else(wrong)?).map_err(serde::de::Error::custom)?;
        let arguments = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).ok_or_else(wrong)?;
        Ok(Self { name: QualifiedName::new(schema, name), arguments: arguments.to_owned() })
    }
}

fn key_part(name: &str) -> String {
    if name.contains(['.', '"', '(', ')']) || name.is_empty() { double_quoted(name) } else { name.to_owned() }
}

fn split_key_part(text: &str) -> Result<(String, &str), String> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(['.', '(']).unwrap_or(text.len());
        return Ok((text[..end].to_owned(), &text[end..]));
    };
    let mut name = String::new();
    let mut rest = quoted;
    loop {
        let end = rest.find('"').ok_or_else(|| format!("`{text}` has no closing quote"))?;
        name.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix('"') {
            Some(after) => {
                name.push('"');
                rest = after;
            }
            None => return Ok((name, rest)),
        }
    }
}

fn double_quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The known name that somebody may have meant, if one is close.
pub fn nearest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    known
        .into_iter()
        .map(|known| (edit_distance(name, known), known))
        .filter(|(distance, known)| *distance <= 2 || known.starts_with(name) || name.starts_with(known))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

fn edit_distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, right) in b.bytes().enumerate() {
            let replaced = diagonal + usize::from(left != right);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[b.len()]
}

/// A name as SQL: bare where PostgreSQL 14 to 18 all read it back unchanged, else in double quotes.
#[must_use]
pub fn quote_identifier(name: &str) -> String {
    if is_bare(name) { name.to_owned() } else { double_quoted(name) }
}

fn is_bare(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_lowercase() || first == b'_')
        && bytes.all(|next| next.is_ascii_lowercase() || next.is_ascii_digit() || next == b'_')
        && KEYWORDS.binary_search(&name).is_err()
}

/// A string as an SQL literal; correct whatever `standard_conforming_strings` says.
#[must_use]
pub fn quote_literal(text: &str) -> String {
    let quotes_doubled = text.replace('\'', "''");
    if text.contains('\\') {
        format!("E'{}'", quotes_doubled.replace('\\', "\\\\"))
    } else {
        format!("'{quotes_doubled}'")
    }
}

/// Every keyword that PostgreSQL 14 to 18 does not list as unreserved (`pg_get_keywords()`, `catcode <> 'U'`), sorted.
const KEYWORDS: &[&str] = &[
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "between",
    "bigint",
    "binary",
    "bit",
    "boolean",
    "both",
    "case",
    "cast",
    "char",
    "character",
    "check",
    "coalesce",
    "collate",
    "collation",
    "column",
    "concurrently",
    "constraint",
    "create",
    "cross",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "dec",
    "decimal",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "exists",
    "extract",
    "false",
    "fetch",
    "float",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "greatest",
    "group",
    "grouping",
    "having",
    "ilike",
    "in",
    "initially",
    "inner",
    "inout",
    "int",
    "integer",
    "intersect",
    "interval",
    "into",
    "is",
    "isnull",
    "join",
    "json",
    "json_array",
    "json_arrayagg",
    "json_exists",
    "json_object",
    "json_objectagg",
    "json_query",
    "json_scalar",
    "json_serialize",
    "json_table",
    "json_value",
    "lateral",
    "leading",
    "least",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "merge_action",
    "national",
    "natural",
    "nchar",
    "none",
    "normalize",
    "not",
    "notnull",
    "null",
    "nullif",
    "numeric",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "out",
    "outer",
    "overlaps",
    "overlay",
    "placing",
    "position",
    "precision",
    "primary",
    "real",
    "references",
    "returning",
    "right",
    "row",
    "select",
    "session_user",
    "setof",
    "similar",
    "smallint",
    "some",
    "substring",
    "symmetric",
    "system_user",
    "table",
    "tablesample",
    "then",
    "time",
    "timestamp",
    "to",
    "trailing",
    "treat",
    "trim",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "values",
    "varchar",
    "variadic",
    "verbose",
    "when",
    "where",
    "window",
    "with",
    "xmlattributes",
    "xmlconcat",
    "xmlelement",
    "xmlexists",
    "xmlforest",
    "xmlnamespaces",
    "xmlparse",
    "xmlpi",
    "xmlroot",
    "xmlserialize",
    "xmltable",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_only_where_they_must_be() {
        let shown: Vec<String> = ["order_item", "order", "Order", "1st", "a b", "q\"q", "_x9", "straße", ""]
            .iter()
            .map(|name| quote_identifier(name))
            .collect();
        assert_eq!(
            shown,
            ["order_item", "\"order\"", "\"Order\"", "\"1st\"", "\"a b\"", "\"q\"\"q\"", "_x9", "\"straße\"", "\"\""]
        );
    }

    #[test]
    fn the_keywords_are_sorted() {
        assert!(KEYWORDS.is_sorted());
    }

    #[test]
    fn literals_survive_quotes_and_backslashes() {
        assert_eq!(quote_literal("it's"), "'it''s'");
        assert_eq!(quote_literal(r"a\'b"), r"E'a\\''b'");
    }

    #[test]
    fn keys_read_back_what_they_wrote() {
        for name in
            [QualifiedName::new("commerce", "order"), QualifiedName::new("a.b", "c\"d"), QualifiedName::new("f(x)", "")]
        {
            assert_eq!(name.key().parse::<QualifiedName>(), Ok(name));
        }
        assert!("nodot".parse::<QualifiedName>().is_err());
    }

    #[test]
    fn signatures_read_back_what_they_wrote() {
        let signature = RoutineSignature {
            name: QualifiedName::new("commerce", "total"),
            arguments: "numeric, commerce.status[]".to_owned(),
        };
        let json = serde_json::to_string(&signature).unwrap();
        assert_eq!(json, r#""commerce.total(numeric, commerce.status[])""#);
        assert_eq!(serde_json::from_str::<RoutineSignature>(&json).unwrap(), signature);
    }
}
