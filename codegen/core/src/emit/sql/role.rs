//! Statements for roles. All stand in blocks with one tag, by which a migration's own declarations are known from
//! statements that somebody else wrote about roles.

use crate::catalog::{Defined, DefinedKind, ObjectAddress};
use crate::emit::sql::defined;
use crate::name::quote_literal;

/// What the tag of a block starts with that declares a role.
const TAG: &str = "$role";

/// The statement as a block of which the tag says that it declares a role.
pub(crate) fn declare(statement: &str) -> String {
    block(&format!("    {statement};"))
}

/// Whether a statement is such a block.
#[must_use]
pub fn is_declaration(statement: &str) -> bool {
    let mut lexer = crate::sql::Lexer::new(statement, 0).filter_map(Result::ok).filter(|token| !token.is_comment());
    let is_do = lexer.next().is_some_and(|token| token.is_word(statement, "do"));
    is_do && lexer.next().is_some_and(|token| statement[token.range].starts_with(TAG))
}

/// Makes the role, or gives it its attributes where the server has it already. Only what differs is altered: that may
/// take more rights than the one who migrates has.
pub(crate) fn create(address: &ObjectAddress, role: &Defined) -> String {
    let create = defined::create(DefinedKind::Role, address, role).swap_remove(0);
    let is = |clause: &str| role.clauses.contains_key(clause);
    let of = |clause: &str| role.clauses.get(clause).map(String::as_str);
    let word = |on: bool, word: &str| if on { word.to_owned() } else { format!("NO{word}") };
    let name = &address.name;
    let strong = [("rolsuper", "SUPERUSER"), ("rolreplication", "REPLICATION"), ("rolbypassrls", "BYPASSRLS")];
    let weak = [("rolcreatedb", "CREATEDB"), ("rolcreaterole", "CREATEROLE"), ("rolcanlogin", "LOGIN")];
    let has = |(column, clause): &(&str, &str)| if is(clause) { (*column).to_owned() } else { format!("NOT {column}") };
    let words = |all: &[(&str, &str)]| all.iter().map(|(_, it)| word(is(it), it)).collect::<Vec<_>>().join(" ");
    let limit = of("CONNECTION LIMIT").unwrap_or("-1");
    let until = of("VALID UNTIL").unwrap_or("'infinity'");
    let inherits = if is("NOINHERIT") { "NOT rolinherit" } else { "rolinherit" };
    let mut weak_tests: Vec<String> = weak.iter().map(has).collect();
    weak_tests.push(inherits.to_owned());
    weak_tests.push(format!("rolconnlimit = {limit}"));
    weak_tests.push(format!("coalesce(rolvaliduntil, 'infinity') = {until}"));
    let strong_tests: Vec<String> = strong.iter().map(has).collect();
    let inherit = word(!is("NOINHERIT"), "INHERIT");
    let row = format!("SELECT FROM pg_catalog.pg_roles WHERE rolname = {}", quote_literal(name.as_str()));
    block(&format!(
        "    IF NOT EXISTS ({row}) THEN
        {create};
    ELSE
        IF NOT EXISTS ({row} AND {}) THEN
            ALTER ROLE {name} {};
        END IF;
        IF NOT EXISTS ({row} AND {}) THEN
            ALTER ROLE {name} {} {inherit} CONNECTION LIMIT {limit} VALID UNTIL {until};
        END IF;
    END IF;",
        strong_tests.join(" AND "),
        words(&strong),
        weak_tests.join(" AND "),
        words(&weak),
    ))
}

/// The statements that lead from one to the other on a server of this major version.
pub(crate) fn alter(address: &ObjectAddress, current: &Defined, desired: &Defined, major: u32) -> Vec<String> {
    let inherits = |role: &Defined| !role.clauses.contains_key("NOINHERIT");
    if major < 16 || inherits(current) == inherits(desired) {
        return defined::alter(DefinedKind::Role, address, current, desired, major).unwrap_or_default();
    }
    // A membership keeps what it was granted with.
    let mut alone = current.clone();
    alone.clauses.retain(|clause, _| !clause.starts_with("MEMBER OF "));
    let steps = [(current, &alone), (&alone, desired)];
    let statements = steps.map(|(from, to)| defined::alter(DefinedKind::Role, address, from, to, major));
    statements.into_iter().flatten().flatten().collect()
}

fn block(body: &str) -> String {
    let mut tag = format!("{TAG}$");
    let mut number = 1;
    while body.contains(&tag) {
        number += 1;
        tag = format!("{TAG}{number}$");
    }
    format!("DO {tag} BEGIN\n{body}\nEND {tag}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::Identifier;

    #[test]
    fn a_declaration_is_known_by_its_tag() {
        let text = declare("COMMENT ON ROLE a IS '$role$'");
        assert_eq!(text, "DO $role2$ BEGIN\n    COMMENT ON ROLE a IS '$role$';\nEND $role2$");
        assert!(is_declaration(&text) && is_declaration("-- a\ndo $role$ begin end $role$"));
        let others = ["DO $$ BEGIN CREATE ROLE a; END $$", "CREATE ROLE a", "DO 'x'", "SELECT $role$ $role$", "DO"];
        assert_eq!(others.map(is_declaration), [false; 5]);
    }

    #[test]
    fn a_role_that_is_there_gets_what_it_lacks() {
        let clauses = [("LOGIN", ""), ("CONNECTION LIMIT", "5"), ("NOINHERIT", "")];
        let role = Defined {
            definition: "CREATE ROLE app".to_owned(),
            clauses: clauses.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
            comment: None,
        };
        let text = create(&ObjectAddress::role(&Identifier::from("app")), &role);
        insta::assert_snapshot!(text, @r"
        DO $role$ BEGIN
            IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'app') THEN
                CREATE ROLE app NOINHERIT LOGIN CONNECTION LIMIT 5;
            ELSE
                IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'app' AND NOT rolsuper AND NOT rolreplication AND NOT rolbypassrls) THEN
                    ALTER ROLE app NOSUPERUSER NOREPLICATION NOBYPASSRLS;
                END IF;
                IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'app' AND NOT rolcreatedb AND NOT rolcreaterole AND rolcanlogin AND NOT rolinherit AND rolconnlimit = 5 AND coalesce(rolvaliduntil, 'infinity') = 'infinity') THEN
                    ALTER ROLE app NOCREATEDB NOCREATEROLE LOGIN NOINHERIT CONNECTION LIMIT 5 VALID UNTIL 'infinity';
                END IF;
            END IF;
        END $role$
        ");
    }
}
