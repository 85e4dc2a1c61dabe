//! What the statements define that create objects of [`DEFINED_KINDS`](crate::catalog::DEFINED_KINDS).

use super::{Cursor, Definition, Part, definition, on_relation};
use crate::catalog::{DefinedKind, ObjectAddress, ObjectKind};
use crate::name::Identifier;
use crate::source::Span;

/// `CREATE` has been read, and the first word of the kind.
pub(super) fn create(cursor: &mut Cursor<'_>, word: &str) -> Option<Definition> {
    use DefinedKind as Kind;
    match word {
        "collation" => cursor.object(ObjectKind::Defined(Kind::Collation)),
        "conversion" => cursor.object(ObjectKind::Defined(Kind::Conversion)),
        "statistics" => statistics(cursor),
        "publication" => publication(cursor),
        "subscription" => global(cursor, Kind::Subscription),
        "server" => global(cursor, Kind::Server),
        "foreign" => {
            cursor.expect("data")?;
            cursor.expect("wrapper")?;
            global(cursor, Kind::ForeignDataWrapper)
        }
        "role" | "group" => global(cursor, Kind::Role),
        "user" if !cursor.peek()?.is_word(cursor.text(), "mapping") => global(cursor, Kind::Role),
        "user" => user_mapping(cursor),
        "event" => {
            cursor.expect("trigger")?;
            global(cursor, Kind::EventTrigger)
        }
        "policy" => on_relation(cursor, ObjectKind::Defined(Kind::Policy)),
        "rule" => rule(cursor),
        "access" => {
            cursor.expect("method")?;
            global(cursor, Kind::AccessMethod)
        }
        "language" => global(cursor, Kind::Language),
        "trusted" | "procedural" => {
            cursor.eat("procedural");
            cursor.expect("language")?;
            global(cursor, Kind::Language)
        }
        "operator" => operator_set(cursor),
        "text" => text_search(cursor),
        _ => None,
    }
}

fn global(cursor: &mut Cursor<'_>, kind: DefinedKind) -> Option<Definition> {
    cursor.if_not_exists();
    let (name, span) = cursor.identifier()?;
    Some(definition(ObjectAddress::global(ObjectKind::Defined(kind), name), span))
}

/// Statistics may have no name: `CREATE STATISTICS ON a, b FROM t`.
fn statistics(cursor: &mut Cursor<'_>) -> Option<Definition> {
    cursor.if_not_exists();
    if cursor.peek()?.is_word(cursor.text(), "on") {
        return None;
    }
    cursor.object(ObjectKind::Defined(DefinedKind::ExtendedStatistics))
}

/// `name AS ON event TO relation`.
fn rule(cursor: &mut Cursor<'_>) -> Option<Definition> {
    let (rule, name) = cursor.identifier()?;
    while !cursor.eat("to") {
        cursor.next()?;
    }
    let (relation, _) = cursor.qualified_name()?;
    Some(definition(ObjectAddress::part(ObjectKind::Defined(DefinedKind::Rule), &relation, rule), name))
}

/// `MAPPING FOR user SERVER name`. Who the user is that `CURRENT_USER` stands for is the server's to say.
fn user_mapping(cursor: &mut Cursor<'_>) -> Option<Definition> {
    cursor.expect("mapping")?;
    cursor.if_not_exists();
    cursor.expect("for")?;
    let is_word = |cursor: &mut Cursor<'_>, words: &[&str]| {
        cursor.peek().is_some_and(|token| words.iter().any(|word| token.is_word(cursor.text(), word)))
    };
    if is_word(cursor, &["user", "current_user", "current_role", "session_user"]) {
        return None;
    }
    let user = if cursor.eat("public") { "PUBLIC".to_owned() } else { cursor.identifier()?.0.to_string() };
    cursor.expect("server")?;
    let (server, span) = cursor.identifier()?;
    Some(definition(part_of(DefinedKind::UserMapping, server, user), span))
}

/// `CLASS name … USING method [FAMILY name]`, `FAMILY name USING method`; the types of an operator are the server's to say.
fn operator_set(cursor: &mut Cursor<'_>) -> Option<Definition> {
    let is_class = cursor.eat("class");
    if !is_class {
        cursor.expect("family")?;
    }
    let (name, span) = cursor.qualified_name()?;
    while !cursor.eat("using") {
        cursor.next()?;
    }
    let (method, _) = cursor.identifier()?;
    let of = |kind| ObjectAddress::part(ObjectKind::Defined(kind), &name, method.clone());
    let family = of(DefinedKind::OperatorFamily);
    if !is_class {
        return Some(definition(family, span));
    }
    let mut found = definition(of(DefinedKind::OperatorClass), span.clone());
    // A class without a family brings one of its own name along.
    if !cursor.eat("family") {
        found.parts.push(Part { address: family, start: span.range.start, name: span });
    }
    Some(found)
}

fn text_search(cursor: &mut Cursor<'_>) -> Option<Definition> {
    cursor.expect("search")?;
    let kind = match cursor.word()?.as_str() {
        "parser" => DefinedKind::TextSearchParser,
        "template" => DefinedKind::TextSearchTemplate,
        "dictionary" => DefinedKind::TextSearchDictionary,
        "configuration" => DefinedKind::TextSearchConfiguration,
        _ => return None,
    };
    let (name, span) = cursor.qualified_name()?;
    Some(definition(ObjectAddress::object(ObjectKind::Defined(kind), &name), span))
}

/// The tables and schemas that it names are objects of their own.
fn publication(cursor: &mut Cursor<'_>) -> Option<Definition> {
    let mut found = global(cursor, DefinedKind::Publication)?;
    let publication = found.address.name.clone();
    if !cursor.eat("for") {
        return Some(found);
    }
    let mut of_schema = false;
    while let Some(token) = cursor.peek() {
        let start = token.range.start;
        if cursor.eat("table") {
            of_schema = false;
            cursor.eat("only");
        } else if cursor.eat("tables") {
            cursor.expect("in")?;
            cursor.expect("schema")?;
            of_schema = true;
        } else if cursor.eat("all") {
            break;
        } else {
            cursor.eat("only");
        }
        let member = if of_schema { schema(cursor, &publication) } else { table(cursor, &publication) };
        let Some((address, name)) = member else { break };
        found.parts.push(Part { address, name, start });
        cursor.skip_element();
        cursor.symbol(',');
    }
    Some(found)
}

fn table(cursor: &mut Cursor<'_>, publication: &Identifier) -> Option<(ObjectAddress, Span)> {
    let (name, span) = cursor.qualified_name()?;
    Some((part_of(DefinedKind::PublicationTable, publication.clone(), name.to_string()), span))
}

fn schema(cursor: &mut Cursor<'_>, publication: &Identifier) -> Option<(ObjectAddress, Span)> {
    let (name, span) = cursor.identifier()?;
    Some((part_of(DefinedKind::PublicationSchema, publication.clone(), name.0), span))
}

fn part_of(kind: DefinedKind, name: Identifier, part: String) -> ObjectAddress {
    ObjectAddress { kind: ObjectKind::Defined(kind), schema: None, name, part: Some(Identifier(part)) }
}

#[cfg(test)]
mod tests {
    use crate::source::SourceFile;
    use crate::sql::{outline, split};

    #[test]
    fn every_kind_has_its_place() {
        let text = "CREATE COLLATION IF NOT EXISTS s.c FROM \"C\"; CREATE DEFAULT CONVERSION c FOR 'a' TO 'b' FROM f;
            CREATE STATISTICS s.e (mcv) ON a, b FROM t; CREATE STATISTICS ON a, b FROM t;
            CREATE PUBLICATION p FOR TABLE s.t (a, b) WHERE (a > 1), ONLY \"T\", TABLES IN SCHEMA x, y WITH (publish = '');
            CREATE PUBLICATION q FOR ALL TABLES; CREATE SUBSCRIPTION u CONNECTION '' PUBLICATION p WITH (connect = false);
            CREATE FOREIGN DATA WRAPPER w; CREATE SERVER IF NOT EXISTS \"S\" FOREIGN DATA WRAPPER w;
            CREATE USER MAPPING FOR \"Me\" SERVER s; CREATE USER MAPPING FOR PUBLIC SERVER s;
            CREATE USER MAPPING FOR CURRENT_USER SERVER s;
            CREATE EVENT TRIGGER e ON sql_drop EXECUTE FUNCTION f(); CREATE POLICY p ON s.t USING (true);
            CREATE OR REPLACE RULE r AS ON INSERT TO s.v DO INSTEAD NOTHING;
            CREATE ACCESS METHOD m TYPE INDEX HANDLER h; CREATE OR REPLACE TRUSTED PROCEDURAL LANGUAGE l HANDLER h;
            CREATE LANGUAGE \"L\" HANDLER h; CREATE OPERATOR s.= (LEFTARG = a, FUNCTION = f); CREATE OPERATOR FAMILY f USING gin;
            CREATE OPERATOR CLASS s.c DEFAULT FOR TYPE integer[] USING gist AS STORAGE text;
            CREATE OPERATOR CLASS c FOR TYPE t USING btree FAMILY s.f AS OPERATOR 1 <;
            CREATE TEXT SEARCH PARSER s.p (START = a); CREATE TEXT SEARCH TEMPLATE t (LEXIZE = l);
            CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = t); CREATE TEXT SEARCH CONFIGURATION s.\"C\" (COPY = english)";
        let statements = split(&SourceFile::new("a.sql", text)).unwrap();
        let shown: Vec<String> = statements
            .iter()
            .filter_map(outline)
            .flat_map(|found| {
                let parts = found.parts.iter().map(|part| format!("  {} @{}", part.address, part.name.text()));
                std::iter::once(format!("{} @{}", found.address, found.name.text())).chain(parts).collect::<Vec<_>>()
            })
            .collect();
        assert_eq!(
            shown,
            [
                "collation s.c @s.c",
                "conversion public.c @c",
                "extended statistics s.e @s.e",
                "publication p @p",
                "  publication table p.s.t @s.t",
                "  publication table p.public.\"T\" @\"T\"",
                "  publication schema p.x @x",
                "  publication schema p.y @y",
                "publication q @q",
                "subscription u @u",
                "foreign data wrapper w @w",
                "server S @\"S\"",
                "user mapping s.\"Me\" @s",
                "user mapping s.PUBLIC @s",
                "event trigger e @e",
                "policy s.t.p @p",
                "rule s.v.r @r",
                "access method m @m",
                "language l @l",
                "language L @\"L\"",
                "operator family public.f.gin @f",
                "operator class s.c.gist @s.c",
                "  operator family s.c.gist @s.c",
                "operator class public.c.btree @c",
                "text search parser s.p @s.p",
                "text search template public.t @t",
                "text search dictionary public.d @d",
                "text search configuration s.C @s.\"C\"",
            ]
        );
    }
}
