//! Connection strings as text: hiding the password, naming another database. Nothing here connects.

/// The connection string with its password replaced by `***`: for every message and every log.
///
/// Reads URLs (also with the password as a parameter) and `key=value` strings; what it cannot take apart is hidden as a
/// whole.
#[must_use]
pub fn redact(url: &str) -> String {
    let url = url.trim();
    match url.split_once("://") {
        Some((scheme, rest)) => redact_url(scheme, rest),
        None => redact_pairs(url),
    }
}

/// The connection string with another database.
pub(crate) fn with_database(url: &str, database: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return format!("{url} dbname={}", quoted_value(database));
    };
    let (before_query, query) = split_at(rest, rest.find('?'));
    let authority_end = before_query.rfind('@').map_or(0, |at| at + 1);
    let path = before_query[authority_end..].find('/').map(|slash| authority_end + slash);
    let authority = &before_query[..path.unwrap_or(before_query.len())];
    format!("{scheme}://{authority}/{}{}", percent_encoded(database), without_parameter(query, "dbname"))
}

/// The text with every byte outside `A-Z a-z 0-9 - _ . ~` percent-encoded.
pub(crate) fn percent_encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
        encoded
    })
}

const HIDDEN: &str = "***";

fn redact_url(scheme: &str, rest: &str) -> String {
    // The last `@` ends the password, also where its author forgot to encode an `@` or a `/`. With a `?` before it
    // nobody can tell where the password ends: everything after the name is hidden.
    let (user, host) = match rest.rfind('@') {
        Some(at) => (Some(&rest[..at]), &rest[at + 1..]),
        None => (None, rest),
    };
    if let Some(unclear) = user.filter(|user| user.contains('?')) {
        let name = unclear.split_once(':').filter(|(name, _)| !name.contains('?'));
        return name.map_or_else(|| format!("{scheme}://{HIDDEN}"), |(name, _)| format!("{scheme}://{name}:{HIDDEN}"));
    }
    let user = user.map(|user| match user.split_once(':') {
        Some((name, _)) => format!("{name}:{HIDDEN}@"),
        None => format!("{user}@"),
    });
    let (place, query) = split_at(host, host.find('?'));
    let query = query.strip_prefix('?').map(|query| {
        let parameters: Vec<String> = query.split('&').map(redact_parameter).collect();
        format!("?{}", parameters.join("&"))
    });
    format!("{scheme}://{}{place}{}", user.unwrap_or_default(), query.unwrap_or_default())
}

fn redact_parameter(parameter: &str) -> String {
    match parameter.split_once('=') {
        Some((key, _)) if is_secret(key) => format!("{key}={HIDDEN}"),
        _ => parameter.to_owned(),
    }
}

fn redact_pairs(text: &str) -> String {
    let Some(pairs) = pairs(text) else {
        return HIDDEN.to_owned();
    };
    let shown: Vec<String> = pairs
        .into_iter()
        .map(|(key, value)| if is_secret(key) { format!("{key}={HIDDEN}") } else { format!("{key}={value}") })
        .collect();
    shown.join(" ")
}

fn is_secret(key: &str) -> bool {
    ["password", "sslpassword", "passwd", "pwd", "oauth_client_secret"]
        .contains(&key.trim().to_ascii_lowercase().as_str())
}

/// `key=value` pairs as libpq reads them, values as they are written; `None` where the text is something else.
fn pairs(text: &str) -> Option<Vec<(&str, &str)>> {
    let mut found = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (key, after) = rest.split_once('=')?;
        let key = key.trim();
        if key.is_empty() || key.contains(char::is_whitespace) {
            return None;
        }
        let after = after.trim_start();
        let length = value_length(after)?;
        found.push((key, &after[..length]));
        rest = after[length..].trim_start();
    }
    (!found.is_empty()).then_some(found)
}

fn value_length(text: &str) -> Option<usize> {
    let quoted = text.starts_with('\'');
    let mut characters = text.char_indices().skip(usize::from(quoted));
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => _ = characters.next()?,
            '\'' if quoted => return Some(at + 1),
            _ if !quoted && character.is_whitespace() => return Some(at),
            _ => {}
        }
    }
    (!quoted).then_some(text.len())
}

fn quoted_value(value: &str) -> String {
    format!("'{}'", value.replace('\\', "\\\\").replace('\'', "\\'"))
}

fn split_at(text: &str, at: Option<usize>) -> (&str, &str) {
    text.split_at(at.unwrap_or(text.len()))
}

fn without_parameter(query: &str, name: &str) -> String {
    let kept: Vec<&str> = query
        .trim_start_matches('?')
        .split('&')
        .filter(|parameter| !parameter.is_empty() && parameter.split('=').next() != Some(name))
        .collect();
    if kept.is_empty() { String::new() } else { format!("?{}", kept.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        for (url, shown) in [
            ("postgres://me:secret@db.example:5432/shop", "postgres://me:***@db.example:5432/shop"),
            ("postgresql://me:se%40cr%2Fet@db/shop", "postgresql://me:***@db/shop"),
            ("postgres://me:s@cr/et@db/shop", "postgres://me:***@db/shop"),
            ("postgres://me:s@cr?et@db/shop", "postgres://me:***"),
            ("postgres://me@db/shop", "postgres://me@db/shop"),
            (
                "postgres://db/shop?user=me&password=secret&sslmode=require",
                "postgres://db/shop?user=me&password=***&sslmode=require",
            ),
            ("postgres://db/shop?user=me&password=sec@ret", "postgres://***"),
            ("postgres://:secret@db", "postgres://:***@db"),
            ("host=db user=me password=secret dbname=shop", "host=db user=me password=*** dbname=shop"),
            ("host=db password = 'se cr\\'et' user=me", "host=db password=*** user=me"),
            ("host=db PASSWORD='se''cret'", "***"),
            ("password='unclosed secret", "***"),
            ("secret", "***"),
            ("", "***"),
        ] {
            assert_eq!(redact(url), shown, "of {url}");
            assert!(!redact(url).contains("secret"), "{url}");
        }
    }

    #[test]
    fn another_database_can_be_named() {
        for (url, other) in [
            ("postgres://me:pw@db:5432/shop?sslmode=disable", "postgres://me:pw@db:5432/a%20b?sslmode=disable"),
            ("postgres://db", "postgres://db/a%20b"),
            ("postgres://db?dbname=x&user=me", "postgres://db/a%20b?user=me"),
            ("postgresql://me@%2Ftmp%2Fx:5415/postgres", "postgresql://me@%2Ftmp%2Fx:5415/a%20b"),
            ("host=db dbname=shop", "host=db dbname=shop dbname='a b'"),
        ] {
            assert_eq!(with_database(url, "a b"), other);
            let config: postgres::Config = other.parse().unwrap();
            assert_eq!(config.get_dbname(), Some("a b"));
        }
    }
}
