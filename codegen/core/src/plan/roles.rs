//! The roles that the project declares: made before everything else, dropped after everything else.
//!
//! A role belongs to the whole server, which may have it already: then it gets the attributes that it is declared with.
//! Roles that statements only refer to are not planned at all.

use std::collections::BTreeSet;

use crate::catalog::{Defined, DefinedKind, ObjectAddress, ObjectKind};
use crate::diagnostic::Diagnostic;
use crate::diff::Change;
use crate::emit::sql::{comment_on, defined, role};
use crate::name::Identifier;
use crate::plan::fate::Sides;
use crate::plan::steps::Emitter;
use crate::plan::{Action, Hazard, HazardKind, Rollback, Step};

/// The steps that make roles and change them: first all that are new, because they may be members of each other.
pub(super) fn made(emitter: &Emitter) -> Vec<Step> {
    let (mut main, mut after) = (Vec::new(), Vec::new());
    for (address, change) in changes(emitter.sides) {
        let of = |side: &crate::plan::unit::Side| side.catalog.roles.get(&address.name).cloned();
        match (change, of(&emitter.sides.current), of(&emitter.sides.desired)) {
            (Change::Create, _, Some(role)) => {
                let mut steps = created(emitter, address, &role).into_iter();
                main.extend(steps.next());
                after.extend(steps);
            }
            (Change::Alter(_), Some(before), Some(role)) => after.extend(altered(emitter, address, &before, &role)),
            (Change::Create | Change::Alter(_) | Change::Drop, _, _) => {}
        }
    }
    main.into_iter().chain(after).collect()
}

/// The steps that drop roles.
pub(super) fn dropped(emitter: &Emitter) -> Vec<Step> {
    let gone = changes(emitter.sides).filter(|(_, change)| **change == Change::Drop);
    gone.map(|(address, _)| {
        let detail = "what it owns or is granted in other databases of the server stops it".to_owned();
        Step {
            sql: role::declare(&defined::drop(DefinedKind::Role, address).join(";\n")),
            object: address.clone(),
            action: Action::Drop,
            hazards: vec![Hazard { kind: HazardKind::DropRole, object: address.clone(), detail }],
            rollback: Rollback::Irreversible(format!("drops {address} with its password")),
            verify: None,
        }
    })
    .collect()
}

/// Roles that are no longer declared, though something is granted to them or names them: they cannot be dropped.
pub(super) fn still_used(sides: &Sides) -> Vec<Diagnostic> {
    let gone: BTreeSet<&Identifier> =
        changes(sides).filter(|(_, change)| **change == Change::Drop).map(|(address, _)| &address.name).collect();
    let catalog = sides.desired.catalog;
    let granted = catalog.privileges.iter().chain(&catalog.default_privileges);
    let mut uses: Vec<(&Identifier, String)> = Vec::new();
    for (address, privileges) in granted {
        uses.extend(privileges.roles().map(|role| (role, format!("something is granted to it on {address}"))));
        let is_default = catalog.default_privileges.contains_key(address);
        uses.extend(address.part.as_ref().filter(|_| is_default).map(|role| (role, format!("{address} are its own"))));
    }
    let mut named: Vec<(String, String)> = Vec::new();
    for (address, object) in &catalog.defined {
        named.extend(roles_named(address, object).map(|role| (role, format!("{address} is for it"))));
    }
    for (member, object) in &catalog.roles {
        let above = object.clauses.keys().filter_map(|clause| clause.strip_prefix("MEMBER OF "));
        named.extend(above.map(|role| (role.to_owned(), format!("role {} is a member of it", member.as_str()))));
    }
    uses.extend(
        named.into_iter().filter_map(|(role, how)| Some((*gone.iter().find(|it| it.to_string() == role)?, how))),
    );
    let used = |role: &&Identifier| uses.iter().find(|(used, _)| used == role).map(|(_, how)| how.clone());
    let diagnostic = |(role, how): (&Identifier, String)| {
        Diagnostic::error("role-still-used", format!("role {} is no longer declared, but {how}", role.as_str()))
            .hint("declare it again with CREATE ROLE, or take away what refers to it too: a role that is used cannot be dropped")
    };
    gone.iter().filter_map(|role| Some((*role, used(role)?))).map(diagnostic).collect()
}

/// The roles that a policy or a user mapping is for, quoted where they have to be.
fn roles_named(address: &ObjectAddress, object: &Defined) -> impl Iterator<Item = String> {
    // The name of a mapping is that of its role as a statement writes it.
    let list = if address.kind == ObjectKind::Defined(DefinedKind::Policy) {
        object.clauses.get("TO").cloned()
    } else {
        let role = address.part.as_ref().filter(|_| address.kind == ObjectKind::Defined(DefinedKind::UserMapping));
        role.map(|role| role.as_str().to_owned())
    };
    let mut roles = vec![String::new()];
    let mut is_quoted = false;
    for next in list.iter().flat_map(|list| list.chars()) {
        is_quoted ^= next == '"';
        match next {
            ',' if !is_quoted => roles.push(String::new()),
            ' ' if !is_quoted => {}
            next => roles.last_mut().expect("there is always one").push(next),
        }
    }
    roles.into_iter()
}

fn changes<'a>(sides: &'a Sides) -> impl Iterator<Item = (&'a ObjectAddress, &'a Change)> {
    sides.changes.iter().filter(|(address, _)| address.kind == ObjectKind::Defined(DefinedKind::Role))
}

fn created(emitter: &Emitter, address: &ObjectAddress, object: &Defined) -> Vec<Step> {
    let catalog = emitter.sides.desired.catalog;
    let mut statements = vec![role::create(address, object)];
    let details = defined::create(DefinedKind::Role, address, object).into_iter().skip(1);
    let comment = object.comment.as_deref().map(|text| comment_on(catalog, address, Some(text)));
    statements.extend(details.chain(comment).map(|sql| role::declare(&sql)));
    let mut undo = role::declare(&defined::drop(DefinedKind::Role, address).join(";\n"));
    let mut steps = Vec::new();
    for (place, sql) in statements.into_iter().enumerate() {
        let (action, hazards) = match place {
            0 => (Action::Create, needed(emitter, object)),
            _ => (Action::Alter, Vec::new()),
        };
        let rollback = Rollback::Sql(std::mem::take(&mut undo));
        steps.push(Step { sql, object: address.clone(), action, hazards, rollback, verify: None });
    }
    steps
}

fn altered(emitter: &Emitter, address: &ObjectAddress, before: &Defined, after: &Defined) -> Vec<Step> {
    let statements = |from: &Defined, to: &Defined| {
        let mut statements = role::alter(address, from, to, emitter.sides.current.major);
        if from.comment != to.comment {
            statements.push(comment_on(emitter.sides.desired.catalog, address, to.comment.as_deref()));
        }
        statements.into_iter().map(|sql| role::declare(&sql)).collect::<Vec<_>>()
    };
    let mut undo = statements(after, before).join(";\n");
    let mut hazards = needed(emitter, after);
    let step = |sql| Step {
        sql,
        object: address.clone(),
        action: Action::Alter,
        hazards: std::mem::take(&mut hazards),
        rollback: Rollback::Sql(std::mem::take(&mut undo)),
        verify: None,
    };
    statements(before, after).into_iter().map(step).collect()
}

/// The roles that it is a member of and that nobody declares.
fn needed(emitter: &Emitter, object: &Defined) -> Vec<Hazard> {
    let declared = &emitter.sides.desired.catalog.roles;
    let above = object.clauses.keys().filter_map(|clause| clause.strip_prefix("MEMBER OF "));
    let others = above.filter(|name| !name.starts_with("pg_") && !declared.keys().any(|own| own.to_string() == **name));
    let address = |name: &str| ObjectAddress::role(&Identifier::from(name.trim_matches('"')));
    others.map(|name| Hazard { kind: HazardKind::NeedsRole, object: address(name), detail: String::new() }).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::catalog::State;
    use crate::catalog::fixture::{name, state, table};
    use crate::plan::{Allow, HAZARDS, PlanOptions, plan};

    fn defined(clauses: &[(&str, &str)]) -> Defined {
        let clauses: BTreeMap<_, _> =
            clauses.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        Defined { definition: "x".to_owned(), clauses, comment: None }
    }

    /// A role that is no longer declared, and what else there is on both sides.
    fn check(fill: impl Fn(&mut State), expected: &[&str]) {
        let desired = state(&fill);
        let mut current = desired.clone();
        current.catalog.roles.insert("a, b".into(), defined(&[]));
        let allow = HAZARDS.iter().map(|info| Allow { hazard: info.kind, object: None }).collect();
        let planned = plan(&current, &desired, &PlanOptions { allow, ..PlanOptions::default() });
        let said: Vec<String> = planned.err().into_iter().flatten().map(|it| it.message.clone()).collect();
        assert_eq!(said, expected);
    }

    #[test]
    fn a_role_that_something_is_for_cannot_go() {
        check(|_| (), &[]);
        check(
            |it| {
                table(it, "shop.t", &["x integer"]);
                let policy = ObjectAddress::part(ObjectKind::Defined(DefinedKind::Policy), &name("shop.t"), "p");
                it.catalog.defined.insert(policy, defined(&[("TO", "other, \"a, b\"")]));
            },
            &["role a, b is no longer declared, but policy shop.t.p is for it"],
        );
        check(
            |it| {
                let kind = ObjectKind::Defined(DefinedKind::UserMapping);
                let part = Some(Identifier::from("\"a, b\""));
                let mapping = ObjectAddress { part, ..ObjectAddress::global(kind, Identifier::from("far")) };
                it.catalog.defined.insert(mapping, defined(&[]));
            },
            &["role a, b is no longer declared, but user mapping far.\"a, b\" is for it"],
        );
        check(
            |it| drop(it.catalog.roles.insert("c".into(), defined(&[("MEMBER OF \"a, b\"", "")]))),
            &["role a, b is no longer declared, but role c is a member of it"],
        );
    }
}
