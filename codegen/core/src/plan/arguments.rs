//! Whether `CREATE OR REPLACE` can lead from one list of arguments to another.

/// Names, modes and types have to stay, and a default cannot go.
pub(crate) fn can_replace(current: &str, desired: &str) -> bool {
    let (current, desired) = (split(current), split(desired));
    current.len() == desired.len()
        && current.iter().zip(&desired).all(|(current, desired)| {
            current.declaration == desired.declaration && (!current.has_default || desired.has_default)
        })
}

#[derive(Debug, PartialEq, Eq)]
struct Argument<'a> {
    declaration: &'a str,
    has_default: bool,
}

/// Splits what `pg_get_function_arguments` prints.
fn split(arguments: &str) -> Vec<Argument<'_>> {
    let mut found = Vec::new();
    let (mut start, mut depth, mut quote) = (0, 0_usize, None);
    for (place, next) in arguments.char_indices() {
        match (quote, next) {
            (Some(open), _) if next == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(next),
            (None, '(' | '[') => depth += 1,
            (None, ')' | ']') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 => {
                found.push(argument(&arguments[start..place]));
                start = place + 1;
            }
            (None, _) => {}
        }
    }
    if !arguments.is_empty() {
        found.push(argument(&arguments[start..]));
    }
    found
}

fn argument(text: &str) -> Argument<'_> {
    match text.split_once(" DEFAULT ") {
        Some((declaration, _)) => Argument { declaration: declaration.trim(), has_default: true },
        None => Argument { declaration: text.trim(), has_default: false },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_may_come_and_change_but_not_go() {
        assert!(can_replace("a integer, b text", "a integer, b text DEFAULT 'x, y'::text"));
        assert!(can_replace("a integer DEFAULT 1", "a integer DEFAULT f(1, 2)"));
        assert!(!can_replace("a integer DEFAULT 1", "a integer"));
    }

    #[test]
    fn names_and_types_have_to_stay() {
        assert!(!can_replace("a integer", "b integer"));
        assert!(!can_replace("a integer", "a integer, b text DEFAULT 1"));
        assert!(can_replace("", ""));
        assert!(can_replace("a numeric(10,2)", "a numeric(10,2)"));
    }
}
