//! A string literal of Rust: its value, and where each byte of it stands in the source.

use std::ops::Range;

use super::places::Places;

/// A string literal in a source file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Literal {
    /// What it stands for.
    pub value: String,
    /// Where it stands in the file, its quotes included.
    pub range: Range<usize>,
    /// Where the bytes of its value stand in the file.
    pub places: Places,
}

impl Literal {
    /// A text that is a file of its own.
    #[must_use]
    pub fn whole(value: &str) -> Self {
        Self { value: value.to_owned(), range: 0..value.len(), places: Places::from(0) }
    }

    /// Reads the literal at a place of a source file; none where none of the notations of a string stands there.
    #[must_use]
    pub fn read(source: &str, range: Range<usize>) -> Option<Self> {
        let token = source.get(range.clone())?;
        let (value, places) = match token.strip_prefix('r') {
            Some(raw) => {
                let hashes = raw.len() - raw.trim_start_matches('#').len();
                let end = raw.len().checked_sub(hashes + 1)?;
                (raw.get(hashes + 1..end)?.to_owned(), Places::from(range.start + hashes + 2))
            }
            None => escaped(token.strip_prefix('"')?.strip_suffix('"')?, range.start + 1)?,
        };
        Some(Self { value, range, places })
    }
}

/// Resolves escapes (<https://doc.rust-lang.org/reference/tokens.html#string-literals>) in what stands between quotes.
fn escaped(text: &str, start: usize) -> Option<(String, Places)> {
    let (mut value, mut places) = (String::new(), Places::from(start));
    let mut rest = text;
    while let Some(found) = rest.find('\\') {
        value.push_str(&rest[..found]);
        places.push(value.len(), start + text.len() - rest.len() + found);
        rest = &rest[found + 1..];
        let kind = rest.chars().next()?;
        rest = &rest[kind.len_utf8()..];
        let number = |digits: &str| u32::from_str_radix(&digits.replace('_', ""), 16).ok().and_then(char::from_u32);
        match kind {
            'n' => value.push('\n'),
            'r' => value.push('\r'),
            't' => value.push('\t'),
            '0' => value.push('\0'),
            '\\' | '\'' | '"' => value.push(kind),
            'x' => {
                value.push(number(rest.get(..2)?)?);
                rest = &rest[2..];
            }
            'u' => {
                let (digits, after) = rest.strip_prefix('{')?.split_once('}')?;
                value.push(number(digits)?);
                rest = after;
            }
            '\n' => rest = rest.trim_start_matches([' ', '\n', '\r', '\t']),
            _ => return None,
        }
        places.push(value.len(), start + text.len() - rest.len());
    }
    value.push_str(rest);
    Some((value, places))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a literal and checks where a part of its value stands.
    fn check(source: &str, value: &str, part: &str, shown: &str) {
        let start = source.find(['"', 'r']).unwrap();
        let literal = Literal::read(source, start..source.len()).unwrap();
        assert_eq!(literal.value, value);
        let offset = value.find(part).unwrap();
        assert_eq!(&source[literal.places.range(&(offset..offset + part.len()))], shown);
    }

    #[test]
    fn values_and_places_follow_the_notation() {
        check(r#"  "SELECT id""#, "SELECT id", "id", "id");
        check(r#""a \"order\" b""#, "a \"order\" b", "\"order\"", r#"\"order\""#);
        check(r#""\u{e9} \x41\tb""#, "é A\tb", "A", "\\x41");
        check("\"SELECT \\\n      id\"", "SELECT id", "id", "id");
        check(r###"r#"a "b" c"#"###, "a \"b\" c", "\"b\"", "\"b\"");
        check("r\"a\nb\"", "a\nb", "b", "b");
        assert!(Literal::read("b\"a\"", 0..4).is_none());
        assert!(Literal::read(r#""\q""#, 0..4).is_none());
    }
}
