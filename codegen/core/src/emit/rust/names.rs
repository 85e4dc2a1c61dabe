//! PostgreSQL's names as Rust's: legible, legal, and each used once.

use std::collections::BTreeSet;

/// Names that generated code takes from the prelude and may therefore not give to a type.
const PRELUDE: &[&str] = &["Option", "Result", "Self", "String", "Vec"];

/// Keywords of Rust 2024 that may be written raw.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else", "enum",
    "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move",
    "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Keywords that may not even be written raw.
const NEVER_RAW: &[&str] = &["crate", "self", "super", "_"];

/// `order_item` for `order_item`, `orderItem` and `Order Item`.
pub(super) fn snake(name: &str) -> String {
    let mut snake = String::new();
    let mut previous = '_';
    for character in name.chars().map(|character| if is_legal(character) { character } else { '_' }) {
        let starts_word = character.is_uppercase() && (previous.is_lowercase() || previous.is_ascii_digit());
        if starts_word || (character == '_' && previous != '_') {
            snake.push('_');
        }
        if character != '_' {
            snake.extend(character.to_lowercase().filter(|lower| is_legal(*lower)));
        }
        previous = character;
    }
    let trimmed = snake.trim_matches('_');
    match trimmed.chars().next() {
        None => "unnamed".to_owned(),
        Some(first) if unicode_ident::is_xid_start(first) => trimmed.to_owned(),
        Some(_) => format!("n{trimmed}"),
    }
}

/// `OrderItem` for `order_item`.
pub(super) fn camel(name: &str) -> String {
    let mut camel = String::new();
    for word in snake(name).split('_') {
        let mut characters = word.chars();
        let Some(first) = characters.next() else { continue };
        // Two numbers that only an underscore parts stay apart.
        if first.is_ascii_digit() && camel.ends_with(|last: char| last.is_ascii_digit()) {
            camel.push('_');
        }
        camel.extend(first.to_uppercase().filter(|upper| is_legal(*upper)));
        camel.extend(characters);
    }
    camel
}

/// Whether Rust has a word of its own that is this name.
pub(crate) fn is_keyword(name: &str) -> bool {
    KEYWORDS.contains(&name) || NEVER_RAW.contains(&name)
}

/// A name as an identifier: raw where it is a keyword.
pub(super) fn identifier(name: &str) -> String {
    if KEYWORDS.contains(&name) { format!("r#{name}") } else { name.to_owned() }
}

fn is_legal(character: char) -> bool {
    unicode_ident::is_xid_continue(character)
}

/// The names that one scope has given away.
#[derive(Debug, Default)]
pub(super) struct Scope {
    taken: BTreeSet<String>,
}

impl Scope {
    /// A scope in which some names are taken from the start.
    pub(super) fn with(taken: &[&str]) -> Self {
        Self { taken: taken.iter().map(|name| (*name).to_owned()).collect() }
    }

    /// The scope of types.
    pub(super) fn types() -> Self {
        Self::with(PRELUDE)
    }

    /// The scope of fields, modules and arguments.
    pub(super) fn values() -> Self {
        Self::with(NEVER_RAW)
    }

    /// The name itself, or with a number after it if it is taken.
    pub(super) fn give(&mut self, name: String) -> String {
        if self.taken.insert(name.clone()) {
            return name;
        }
        let separator = if name.starts_with(char::is_uppercase) { "" } else { "_" };
        let free = (2..)
            .map(|number| format!("{name}{separator}{number}"))
            .find(|candidate| !self.taken.contains(candidate))
            .expect("there are more numbers than names");
        self.taken.insert(free.clone());
        free
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_rusts_customs() {
        let names =
            ["order_item", "orderItem", "OAuth Client", "größe", "1st", "a-b", "", "x_1_2", "HTTPServer", "🦀", "_"];
        let shown: Vec<String> = names.iter().map(|name| format!("{} {}", snake(name), camel(name))).collect();
        insta::assert_snapshot!(shown.join("\n"), @"
        order_item OrderItem
        order_item OrderItem
        oauth_client OauthClient
        größe Größe
        n1st N1st
        a_b AB
        unnamed Unnamed
        x_1_2 X1_2
        httpserver Httpserver
        unnamed Unnamed
        unnamed Unnamed
        ");
    }

    #[test]
    fn a_taken_name_gets_a_number() {
        let mut scope = Scope::types();
        let given: Vec<String> =
            ["Order", "Order", "Order", "Option"].iter().map(|name| scope.give((*name).to_owned())).collect();
        assert_eq!(given, ["Order", "Order2", "Order3", "Option2"]);
        assert_eq!(Scope::values().give("self".to_owned()), "self_2");
    }

    #[test]
    fn keywords_are_written_raw() {
        assert_eq!([identifier("type"), identifier("name")], ["r#type", "name"]);
    }
}
