//! Secrets in schema files: a value in the options of a foreign object, a password in what a subscription connects with.
//!
//! A diagnostic shows the line that it is about, so its span is in a copy of the file that holds asterisks instead.

use lockstep_core::catalog::is_secret;
use lockstep_core::diagnostic::Diagnostic;
use lockstep_core::source::{SourceFile, Span};
use lockstep_core::sql::{Lexer, Statement, Token, TokenKind};

/// What is said about the secrets of a statement; the first one counts.
pub(super) fn check(statement: &Statement) -> Option<Diagnostic> {
    let text = statement.span.text();
    let tokens = tokens(text);
    let begins = |words: &[&str]| starts_with(&tokens, text, words);
    let is_foreign = [
        ["create", "server"].as_slice(),
        &["alter", "server"],
        &["create", "user", "mapping"],
        &["alter", "user", "mapping"],
        &["create", "foreign", "data"],
        &["alter", "foreign", "data"],
        &["create", "foreign", "table"],
        &["alter", "foreign", "table"],
    ];
    if is_foreign.iter().any(|words| begins(words)) {
        let (option, value) = secret_option(&tokens, text)?;
        let name = text[option.range.clone()].to_owned();
        let message = format!("option {name} holds a secret: a schema file must not hold one");
        let hint = format!("write `{name} ''` to say that it is set; its value is set by hand on each server");
        return Some(diagnostic(statement, &value, message).hint(hint));
    }
    let is_role = |word: &str| begins(&["create", word]) || begins(&["alter", word]);
    if ["role", "user", "group"].into_iter().any(is_role) {
        let at = tokens.windows(2).find(|pair| pair[0].is_word(text, "password") && is_text(&pair[1]))?;
        let message = "a schema file must not hold a role's password".to_owned();
        let hint =
            "leave PASSWORD out; it is set by hand on each server: ALTER ROLE … PASSWORD …, or \\password in psql";
        return Some(diagnostic(statement, &at[1], message).hint(hint));
    }
    if begins(&["create", "subscription"]) {
        let value = tokens.iter().find(|token| is_text(token))?;
        let connection = text[value.range.clone()].to_ascii_lowercase();
        let message = "what the subscription connects with holds a secret: a schema file must not hold one";
        let hint = "write `CONNECTION ''`; what it connects with is set by hand on each server";
        return holds_password(&connection).then(|| diagnostic(statement, value, message.to_owned()).hint(hint));
    }
    None
}

/// Whether a `CREATE SUBSCRIPTION` leaves the publisher alone: `connect = false`.
pub(super) fn is_offline(text: &str) -> bool {
    let tokens = tokens(text);
    tokens.windows(3).any(|window| {
        let [name, equals, value] = window else { return false };
        let value = text[value.range.clone()].trim_matches('\'').to_ascii_lowercase();
        name.is_word(text, "connect")
            && equals.kind == TokenKind::Symbol('=')
            && ["false", "off", "no", "0"].contains(&value.as_str())
    })
}

/// The first option with a secret's name whose value is not empty: `password 'x'`, `SET password 'x'`.
fn secret_option(tokens: &[Token], text: &str) -> Option<(Token, Token)> {
    let start = tokens.iter().position(|token| token.is_word(text, "options")).unwrap_or(tokens.len());
    let options = tokens[start..].windows(2).filter_map(|window| {
        let [option, value] = window else { return None };
        let is_name = matches!(option.kind, TokenKind::Word | TokenKind::QuotedIdentifier);
        let is_set = is_text(value) && text[value.range.clone()].trim_start_matches(['e', 'E', 'u', 'U', '&']) != "''";
        (is_name && is_set && is_secret(&text[option.range.clone()])).then(|| (option.clone(), value.clone()))
    });
    options.into_iter().next()
}

fn holds_password(connection: &str) -> bool {
    let user = connection.split("://").nth(1).and_then(|rest| rest.split('@').next().filter(|_| rest.contains('@')));
    let name = |before: &str| {
        let is_part = |next: char| next.is_alphanumeric() || next == '_';
        before.trim_end().rsplit(|next| !is_part(next)).next().is_some_and(is_secret)
    };
    let parts: Vec<&str> = connection.split('=').collect();
    user.is_some_and(|user| user.contains(':')) || parts[..parts.len() - 1].iter().any(|before| name(before))
}

/// The statement at its place in a copy of the file without the value.
fn diagnostic(statement: &Statement, value: &Token, message: String) -> Diagnostic {
    let Span { file, range } = &statement.span;
    let hidden = range.start + value.range.start..range.start + value.range.end;
    let stars: String = file.text[hidden.clone()].bytes().map(|byte| if byte == b'\n' { '\n' } else { '*' }).collect();
    let text = format!("{}{stars}{}", &file.text[..hidden.start], &file.text[hidden.end..]);
    let file = SourceFile::new(file.path.clone(), text);
    Diagnostic::error("secret-in-schema", message).at(Span { file, range: hidden })
}

fn tokens(text: &str) -> Vec<Token> {
    Lexer::new(text, 0).filter_map(Result::ok).filter(|token| !token.is_comment()).collect()
}

fn starts_with(tokens: &[Token], text: &str, words: &[&str]) -> bool {
    words.iter().enumerate().all(|(place, word)| tokens.get(place).is_some_and(|token| token.is_word(text, word)))
}

fn is_text(token: &Token) -> bool {
    matches!(token.kind, TokenKind::String | TokenKind::DollarString)
}

#[cfg(test)]
mod tests {
    use lockstep_core::sql::split;

    use super::*;

    fn check_all(text: &str) -> Vec<String> {
        let statements = split(&SourceFile::new("schema/a.sql", text)).unwrap();
        let found = statements.iter().filter_map(check);
        found.map(|found| format!("{} {:?}", found.message, found.primary.unwrap().file.text)).collect()
    }

    #[test]
    fn secrets_are_refused_and_not_shown() {
        assert_eq!(
            check_all("CREATE USER MAPPING FOR a SERVER s OPTIONS (user 'a', password 'it''s')"),
            ["option password holds a secret: a schema file must not hold one \
              \"CREATE USER MAPPING FOR a SERVER s OPTIONS (user 'a', password *******)\""]
        );
        assert_eq!(
            check_all("create subscription s connection 'host=a password = b' publication p with (connect = false)"),
            ["what the subscription connects with holds a secret: a schema file must not hold one \
              \"create subscription s connection ********************* publication p with (connect = false)\""]
        );
        let refused = [
            "ALTER SERVER s OPTIONS (SET \"Api_Key\" E'x')",
            "CREATE FOREIGN DATA WRAPPER w OPTIONS (token $$x$$)",
            "CREATE FOREIGN TABLE t (a int OPTIONS (api_key 'x')) SERVER s",
            "ALTER FOREIGN TABLE t OPTIONS (ADD password 'x')",
            "CREATE SUBSCRIPTION s CONNECTION 'postgresql://a:b@c/d' PUBLICATION p",
            "CREATE SUBSCRIPTION s CONNECTION 'postgresql://c/d?sslpassword=b' PUBLICATION p",
        ];
        assert_eq!(refused.map(|text| check_all(text).len()), [1; 6]);
    }

    #[test]
    fn what_says_only_that_a_secret_is_set_is_allowed() {
        let allowed = [
            "CREATE USER MAPPING FOR a SERVER s OPTIONS (user 'a', password '')",
            "CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (host 'monkey', password_required 'false')",
            "CREATE SUBSCRIPTION s CONNECTION 'host=a user=monkey' PUBLICATION p WITH (connect = false)",
            "CREATE SUBSCRIPTION s CONNECTION 'postgresql://a@b:1/c' PUBLICATION p",
            "CREATE FOREIGN TABLE t (password text DEFAULT 'x' OPTIONS (key '')) SERVER s OPTIONS (password '')",
            "CREATE TABLE t (password text DEFAULT 'x', token text DEFAULT 'y')",
            "COMMENT ON COLUMN t.password IS 'x'",
        ];
        assert_eq!(allowed.map(check_all), [const { Vec::<String>::new() }; 7]);
    }

    #[test]
    fn a_subscription_says_that_it_does_not_connect() {
        let with = |options: &str| is_offline(&format!("CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p {options}"));
        assert!(with("WITH (connect = false)") && with("WITH (slot_name = NONE, CONNECT = 'off')"));
        assert!(!with("") && !with("WITH (connect = true)") && !with("WITH (connect)"));
    }
}
