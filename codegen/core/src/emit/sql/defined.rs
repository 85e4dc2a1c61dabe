//! Statements for the kinds of objects that [`DEFINED_KINDS`](crate::catalog::DEFINED_KINDS) describes: its forms, filled in.

use std::collections::BTreeSet;

use crate::catalog::{Clause, ClauseForm, Defined, DefinedKind, ObjectAddress};
use crate::emit::sql::sql_name;

/// The object as `DROP`, `ALTER` and `COMMENT ON` name it.
pub(crate) fn reference(kind: DefinedKind, address: &ObjectAddress) -> String {
    fill(kind.info().reference, address, None)
}

/// The statements that drop it: the last one does.
pub(crate) fn drop(kind: DefinedKind, address: &ObjectAddress) -> Vec<String> {
    let info = kind.info();
    let before = info.before_drop.iter().map(|form| fill(form, address, None));
    let main = match info.drop {
        Some(form) => fill(form, address, None),
        None => format!("DROP {}", reference(kind, address)),
    };
    before.chain(std::iter::once(main)).collect()
}

/// The statement that creates it, then those for what that cannot say.
pub(crate) fn create(kind: DefinedKind, address: &ObjectAddress, object: &Defined) -> Vec<String> {
    let info = kind.info();
    let mut main = object.definition.clone();
    let mut after = Vec::new();
    // The list that is open, with what closes it.
    let mut list: Option<(&str, &str)> = None;
    for clause in info.clauses {
        let set: Vec<(&str, &str)> = members(clause, object).collect();
        let each = |form: &str| set.iter().map(|it| fill(form, address, Some(*it))).collect::<Vec<_>>();
        match &clause.create {
            ClauseForm::Inline(form) => {
                main.push_str(list.take().map_or("", |(_, close)| close));
                main.extend(each(form));
            }
            ClauseForm::List { open, item, close } if !set.is_empty() => {
                let shared = list.take_if(|(opened, _)| opened == open).is_some();
                main.push_str(list.map_or("", |(_, close)| close));
                let before = if shared { ", " } else { open };
                main.push_str(&format!("{before}{}", each(item).join(", ")));
                list = Some((open, close));
            }
            ClauseForm::List { open: _, item: _, close: _ } => {}
            ClauseForm::Separate => {
                let statement = |form: &str| set.iter().map(|it| Statement::new(form, address, *it)).collect();
                after.extend(clause.add.map(statement).map(joined).unwrap_or_default());
            }
        }
    }
    main.push_str(list.map_or("", |(_, close)| close));
    main.push_str(info.end);
    std::iter::once(main).chain(after).collect()
}

/// The statements that lead from one to the other on a server of this major version; none where `ALTER` cannot.
pub(crate) fn alter(
    kind: DefinedKind,
    address: &ObjectAddress,
    current: &Defined,
    desired: &Defined,
    major: u32,
) -> Option<Vec<String>> {
    if current.definition != desired.definition {
        return None;
    }
    let info = kind.info();
    let mut statements = Vec::new();
    for clause in info.clauses {
        let (old, new): (BTreeSet<_>, BTreeSet<_>) =
            (members(clause, current).collect(), members(clause, desired).collect());
        let is_fixed = info.altered_since.iter().any(|(name, since)| *name == clause.name && *since > major);
        if is_fixed && old != new {
            return None;
        }
        let has = |all: &BTreeSet<(&str, &str)>, key: &str| all.iter().any(|(other, _)| *other == key);
        for member @ (key, _) in old.difference(&new) {
            if !has(&new, key) || clause.set.is_none() {
                statements.push(Statement::new(clause.drop?, address, *member));
            }
        }
        for member @ (key, _) in new.difference(&old) {
            let form = if has(&old, key) { clause.set.or(clause.add)? } else { clause.add? };
            statements.push(Statement::new(form, address, *member));
        }
    }
    Some(joined(statements))
}

/// A form, filled in: what stands before its brackets, in them and after them.
struct Statement {
    before: String,
    items: Vec<String>,
    after: String,
}

impl Statement {
    fn new(form: &str, address: &ObjectAddress, clause: (&str, &str)) -> Self {
        let (before, rest) = form.split_once('[').unwrap_or((form, ""));
        let (item, after) = rest.rsplit_once(']').unwrap_or_default();
        let fill = |form: &str| fill(form, address, Some(clause));
        Self { before: fill(before), items: vec![fill(item)], after: fill(after) }
    }
}

/// What differs in the brackets only becomes one statement: the server judges all options of a list together.
fn joined(statements: Vec<Statement>) -> Vec<String> {
    let mut joined: Vec<Statement> = Vec::new();
    for statement in statements {
        match joined.last_mut() {
            Some(last)
                if !last.after.is_empty() && last.before == statement.before && last.after == statement.after =>
            {
                last.items.extend(statement.items);
            }
            Some(_) | None => joined.push(statement),
        }
    }
    let text = |Statement { before, items, after }| format!("{before}{}{after}", items.join(", "));
    joined.into_iter().map(text).collect()
}

/// The clauses of an object that this row of the table is about: what follows its word, and what it is set to.
fn members<'a>(clause: &Clause, object: &'a Defined) -> impl Iterator<Item = (&'a str, &'a str)> {
    let word = clause.name;
    object.clauses.iter().filter_map(move |(name, value)| {
        let rest = name.strip_prefix(word)?;
        let key = if rest.is_empty() { Some("") } else { rest.strip_prefix(' ') };
        Some((key?, value.as_str()))
    })
}

/// Puts names and texts into a form, in one pass: what is put in is not looked at again.
fn fill(form: &str, address: &ObjectAddress, clause: Option<(&str, &str)>) -> String {
    let ObjectAddress { kind: _, schema, name, part } = address;
    let mut filled = String::new();
    let mut rest = form;
    while let Some((text, (word, after))) =
        rest.split_once('{').and_then(|(text, tail)| Some((text, tail.split_once('}')?)))
    {
        filled.push_str(text);
        let part = part.as_ref();
        let using = part.and_then(|part| part.as_str().split_once(" USING "));
        filled.push_str(&match word {
            "name" => name.to_string(),
            "name:text" => name.as_str().to_owned(),
            "schema" => schema.as_ref().map(ToString::to_string).unwrap_or_default(),
            "qualified" => sql_name(address),
            "part" => part.map(ToString::to_string).unwrap_or_default(),
            "part:what" => using.map(|(what, _)| what.to_owned()).unwrap_or_default(),
            "part:using" => using.map(|(_, using)| using.to_owned()).unwrap_or_default(),
            "part:text" => part.map(|part| part.as_str().to_owned()).unwrap_or_default(),
            "key" => clause.map(|(key, _)| key.to_owned()).unwrap_or_default(),
            "value" => clause.map(|(_, value)| value.to_owned()).unwrap_or_default(),
            other => unreachable!("no form has {{{other}}}: a test fills every one of them"),
        });
        rest = after;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{DEFINED_KINDS, ObjectKind};

    #[test]
    fn every_form_can_be_filled() {
        for info in DEFINED_KINDS {
            let address = ObjectAddress {
                kind: ObjectKind::Defined(info.kind),
                schema: Some("s".into()),
                name: "n".into(),
                part: Some("p USING q".into()),
            };
            let mut object = Defined { definition: "CREATE".to_owned(), ..Defined::default() };
            let without = create(info.kind, &address, &object);
            for clause in info.clauses {
                object.clauses.insert(clause.name.to_owned(), "v".to_owned());
            }
            let with = create(info.kind, &address, &object);
            let there = alter(info.kind, &address, &Defined::default(), &Defined::default(), 18);
            assert_eq!(there, Some(Vec::new()), "{}", info.name);
            let drop = drop(info.kind, &address).join("\n");
            let texts = [with.join("\n"), without.join("\n"), drop, reference(info.kind, &address)];
            assert!(texts.iter().all(|text| !text.contains(['{', '}'])), "{texts:?}");
            let forms = info.clauses.iter().flat_map(|clause| [clause.add, clause.set, clause.drop]);
            for form in forms.flatten() {
                let [text] = &joined(vec![Statement::new(form, &address, ("k", "v"))])[..] else { panic!("{form}") };
                assert!(!text.contains(['{', '[']), "{form}");
            }
        }
    }

    #[test]
    fn clauses_share_a_list() {
        let address = ObjectAddress::global(ObjectKind::Defined(DefinedKind::Publication), "p");
        let clauses = [("publish", "'insert'"), ("publish_via_partition_root", "true")];
        let mut publication = Defined { definition: "CREATE PUBLICATION p".to_owned(), ..Defined::default() };
        assert_eq!(create(DefinedKind::Publication, &address, &publication), ["CREATE PUBLICATION p"]);
        publication.clauses = clauses.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        assert_eq!(
            create(DefinedKind::Publication, &address, &publication),
            ["CREATE PUBLICATION p WITH (publish = 'insert', publish_via_partition_root = true)"]
        );
    }

    #[test]
    fn a_clause_is_added_changed_and_dropped() {
        let address = ObjectAddress::global(ObjectKind::Defined(DefinedKind::Server), "s");
        let server = |options: &[(&str, &str)]| Defined {
            definition: "CREATE SERVER s".to_owned(),
            clauses: options.iter().map(|(key, value)| (format!("OPTION {key}"), (*value).to_owned())).collect(),
            comment: None,
        };
        let current = server(&[("a", "'1'"), ("b", "'2'")]);
        let desired = server(&[("b", "'{3}'"), ("c", "'4'")]);
        assert_eq!(create(DefinedKind::Server, &address, &current), ["CREATE SERVER s OPTIONS (a '1', b '2')"]);
        assert_eq!(
            alter(DefinedKind::Server, &address, &current, &desired, 18).unwrap_or_default(),
            ["ALTER SERVER s OPTIONS (DROP a, SET b '{3}', ADD c '4')"]
        );
    }
}
