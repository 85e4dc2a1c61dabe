//! Who owns an object.

use crate::catalog::{Catalog, ObjectAddress};
use crate::emit::sql::described;
use crate::sql::Lexer;

/// Gives an object to a role, as a statement names it.
pub(crate) fn give(catalog: &Catalog, address: &ObjectAddress, role: &str) -> String {
    format!("ALTER {} OWNER TO {role}", described(catalog, address))
}

/// Whether a statement of a plan is such a one.
#[must_use]
pub fn gives(statement: &str) -> bool {
    let tokens: Vec<_> = Lexer::new(statement, 0).filter_map(Result::ok).collect();
    let is = |place: usize, word: &str| tokens.get(place).is_some_and(|token| token.is_word(statement, word));
    is(0, "alter") && tokens.len().checked_sub(3).is_some_and(|end| is(end, "owner") && is(end + 1, "to"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_gives_an_object_away_is_known() {
        assert!(gives(r#"ALTER FUNCTION s.f(integer, text) OWNER TO "OWNER TO x""#));
        assert!(!gives("ALTER TABLE s.t ALTER COLUMN c SET DEFAULT ' OWNER TO x'"));
        assert!(!gives("COMMENT ON TABLE s.owner IS 'x'"));
        assert!(!gives(""));
    }
}
