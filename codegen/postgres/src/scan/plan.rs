//! A plan as `EXPLAIN (VERBOSE, FORMAT json)` prints it: which tables it reads all of, and what it wants of their rows.
//!
//! Nothing here asks a server. What a condition compares is read from its text only to guess at indexes, which the
//! server then judges.

use std::collections::BTreeSet;

use lockstep_core::name::QualifiedName;
use lockstep_core::sql::{Lexer, Token, TokenKind, unescape};
use serde_json::Value;

/// A table that a plan reads all of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Read {
    pub(super) table: QualifiedName,
    /// What the statement wants of the rows.
    pub(super) condition: Option<String>,
    /// The columns that are compared for equality.
    equal: Vec<String>,
    /// The other columns that are looked at: compared, or put in order.
    other: Vec<String>,
}

impl Read {
    /// The columns of indexes that may serve, likeliest first.
    pub(super) fn candidates(&self) -> Vec<Vec<String>> {
        let Self { table: _, condition: _, equal, other } = self;
        let mut candidates: Vec<Vec<String>> =
            other.iter().take(1).map(|last| equal.iter().chain([last]).cloned().collect()).collect();
        candidates.push(equal.clone());
        candidates.extend(equal.iter().chain(other).map(|column| vec![column.clone()]));
        candidates.retain(|columns| !columns.is_empty());
        candidates
    }
}

/// What is known of the nodes above one.
#[derive(Clone, Default)]
struct Above<'p> {
    /// Conditions that join rows, and keys that sort them.
    conditions: Vec<&'p str>,
    /// Whether no more rows are asked for than a `LIMIT` says.
    is_limited: bool,
}

/// The tables that a plan reads all of, as far as their columns are known.
pub(super) fn reads<'c>(plan: &Value, columns: &dyn Fn(&QualifiedName) -> Option<&'c BTreeSet<String>>) -> Vec<Read> {
    let mut found = Vec::new();
    for statement in plan.as_array().into_iter().flatten() {
        walk(&statement["Plan"], &Above::default(), columns, &mut found);
    }
    found
}

/// Nodes that ask for no more rows than they are asked for.
const LAZY: &[&str] = &["Limit", "Append", "Merge Append", "LockRows", "Result", "Subquery Scan", "ProjectSet"];

fn walk<'p, 'c>(
    node: &'p Value,
    above: &Above<'p>,
    columns: &dyn Fn(&QualifiedName) -> Option<&'c BTreeSet<String>>,
    found: &mut Vec<Read>,
) {
    let kind = node["Node Type"].as_str().unwrap_or_default();
    if let (Some(schema), Some(name)) = (node["Schema"].as_str(), node["Relation Name"].as_str()) {
        let table = QualifiedName::new(schema, name);
        if let Some(columns) = columns(&table).filter(|_| reads_all(kind, node, above)) {
            found.push(read(node, table, columns, above));
        }
    }
    let mut below = above.clone();
    for name in ["Hash Cond", "Join Filter", "Merge Cond", "Filter"] {
        below.conditions.extend(node[name].as_str());
    }
    for name in ["Sort Key", "Group Key"] {
        below.conditions.extend(node[name].as_array().into_iter().flatten().filter_map(Value::as_str));
    }
    for part in node["Plans"].as_array().into_iter().flatten() {
        // A subplan runs for itself, whatever is asked of the node that it belongs to.
        let goes_on = matches!(part["Parent Relationship"].as_str(), Some("Outer" | "Member" | "Subquery"));
        let is_limited = goes_on && (kind == "Limit" || (above.is_limited && LAZY.contains(&kind)));
        walk(part, &Above { is_limited, ..below.clone() }, columns, found);
    }
}

/// Whether a node reads the table from its first row to its last.
fn reads_all(kind: &str, node: &Value, above: &Above<'_>) -> bool {
    let has = |name: &str| node.get(name).is_some();
    match kind {
        "Seq Scan" => has("Filter") || !above.is_limited,
        // The whole of an index, for its order or because it is smaller.
        "Index Scan" | "Index Only Scan" => !has("Index Cond") && !has("Order By") && !above.is_limited,
        _ => false,
    }
}

fn read(node: &Value, table: QualifiedName, columns: &BTreeSet<String>, above: &Above<'_>) -> Read {
    let filter = node["Filter"].as_str();
    let alias = node["Alias"].as_str().unwrap_or_default();
    let join = above.conditions.iter().copied().find(|text| !mentioned(text, alias, columns, true).is_empty());
    let (mut equal, mut other) = (Vec::new(), Vec::new());
    let own = filter.iter().map(|text| (*text, false));
    for (text, is_joined) in own.chain(above.conditions.iter().map(|text| (*text, true))) {
        for (column, is_equal) in mentioned(text, alias, columns, is_joined) {
            let list = if is_equal { &mut equal } else { &mut other };
            if !list.contains(&column) {
                list.push(column);
            }
        }
    }
    other.retain(|column| !equal.contains(column));
    Read { table, condition: filter.or(join).map(str::to_owned), equal, other }
}

/// The columns of a table in a condition, and whether each is compared for equality. In what joins tables they stand
/// behind its alias.
fn mentioned(text: &str, alias: &str, columns: &BTreeSet<String>, is_joined: bool) -> Vec<(String, bool)> {
    let tokens: Vec<Token> = Lexer::new(text, 0).map_while(Result::ok).filter(|token| !token.is_comment()).collect();
    let name = |place: usize| tokens.get(place).and_then(|token| name_of(text, token));
    let is =
        |place: usize, symbol: char| tokens.get(place).is_some_and(|token| token.kind == TokenKind::Symbol(symbol));
    let mut found = Vec::new();
    for place in 0..tokens.len() {
        let Some(column) = name(place).filter(|column| columns.contains(column)) else { continue };
        let is_qualified = place >= 2 && is(place - 1, '.') && name(place - 2).as_deref() == Some(alias);
        if is(place + 1, '.') || (is_joined && !is_qualified) {
            continue;
        }
        let start = if is_qualified { place - 2 } else { place };
        let next = behind_cast(place + 1, &is, &name);
        let is_longer = start > 1 && ['<', '>', '!'].iter().any(|symbol| is(start - 2, *symbol));
        let is_equal = is(next, '=') || (start > 0 && is(start - 1, '=') && !is_longer);
        found.push((column, is_equal));
    }
    found
}

/// The place behind `)::type`, where that stands at a place: the server compares some types as others.
fn behind_cast(place: usize, is: &dyn Fn(usize, char) -> bool, name: &dyn Fn(usize) -> Option<String>) -> usize {
    if !(is(place, ')') && is(place + 1, ':') && is(place + 2, ':')) {
        return place;
    }
    let mut place = place + 3;
    while name(place).is_some() || is(place, '.') {
        place += 1;
    }
    place
}

fn name_of(text: &str, token: &Token) -> Option<String> {
    let shown = &text[token.range.clone()];
    match token.kind {
        TokenKind::Word => Some(shown.to_owned()),
        TokenKind::QuotedIdentifier => Some(unescape(shown.trim_matches('"'), '"')),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn conditions_tell_columns() {
        let known = columns(&["note", "state", "order", "total"]);
        let shown = |text: &str, is_joined| {
            let found = mentioned(text, "o", &known, is_joined);
            found.into_iter().map(|(name, equal)| format!("{name}{}", if equal { "=" } else { "" })).collect::<Vec<_>>()
        };
        assert_eq!(shown("((\"order\".note = $1) AND (total > 3))", false), ["note=", "total"]);
        assert_eq!(shown("((state)::text = $2)", false), ["state="]);
        assert_eq!(shown("(o.state = c.state)", true), ["state="]);
        assert_eq!(shown("(c.total = o.\"order\")", true), ["order="]);
        assert_eq!(shown("(lower(note) = $1)", false), ["note"]);
        assert_eq!(shown("(c.state = c.note)", true), [""; 0]);
    }

    #[test]
    fn only_what_is_read_whole_is_found() {
        let known = columns(&["id", "note"]);
        let scan = |kind: &str, more: &str| {
            format!(
                "{{\"Node Type\": \"{kind}\", \"Schema\": \"s\", \"Relation Name\": \"t\", \"Alias\": \"t\"{more}}}"
            )
        };
        let limited = |below: &str| {
            format!("{{\"Node Type\": \"Limit\", \"Plans\": [{below}]}}")
                .replace("\"Alias\"", "\"Parent Relationship\": \"Outer\", \"Alias\"")
        };
        for (plan, expected) in [
            (scan("Seq Scan", ""), true),
            (scan("Seq Scan", ", \"Filter\": \"(note = $1)\""), true),
            (scan("Index Scan", ", \"Index Cond\": \"(id = $1)\""), false),
            (scan("Index Only Scan", ""), true),
            (limited(&scan("Index Scan", "")), false),
            (limited(&scan("Seq Scan", "")), false),
            (limited(&scan("Seq Scan", ", \"Filter\": \"(note = $1)\"")), true),
        ] {
            let plan: Value = serde_json::from_str(&format!("[{{\"Plan\": {plan}}}]")).unwrap();
            assert_eq!(!reads(&plan, &|_| Some(&known)).is_empty(), expected, "{plan}");
        }
    }
}
