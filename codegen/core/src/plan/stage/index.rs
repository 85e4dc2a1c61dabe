//! Indexes: built and dropped `CONCURRENTLY`, and where one is replaced, the old one serves until the new one is there.

use std::collections::BTreeSet;

use crate::catalog::ObjectAddress;
use crate::emit::sql::{described, index_name, table};
use crate::name::{Identifier, QualifiedName};
use crate::plan::creation::creation;
use crate::plan::fate::Fate;
use crate::plan::stage::{Class, Stage, Stages, Swap};
use crate::plan::steps::{Emitter, PhasedStep, follow_up};
use crate::plan::unit::Unit;
use crate::plan::{Action, Phase, Rollback};

impl Emitter<'_> {
    /// Whether PostgreSQL can build and drop the index while others use its table.
    pub(crate) fn builds_concurrently(&self, address: &ObjectAddress) -> bool {
        [&self.sides.current, &self.sides.desired]
            .into_iter()
            .filter_map(|side| side.index(address))
            .all(|index| concurrently(&index.definition).is_some())
    }

    pub(super) fn staged_index(&self, address: &ObjectAddress, mut plain: Vec<PhasedStep>, swap: Swap) -> Stages {
        let details = plain.split_off(plain.len().min(1));
        let Some((build, _)) = plain.first_mut() else { return Stages::one(Stage::new(Class::Together, plain)) };
        let Some(sql) = concurrently(&build.sql) else {
            plain.extend(details);
            return Stages::one(Stage::new(Class::Together, plain));
        };
        build.sql = sql;
        build.rollback = Rollback::Sql(drop_concurrently(&index_name(address)));
        let mut stages = vec![Stage::new(Class::Alone, plain)];
        if !details.is_empty() {
            stages.push(Stage::new(Class::Together, details));
        }
        if swap == Swap::Yes && self.fate(address) == Some(Fate::Replace) {
            let aside = self.aside_index(address);
            let sql = drop_concurrently(&index_name(&ObjectAddress { part: Some(aside.clone()), ..address.clone() }));
            let mut drop = follow_up(sql, address);
            drop.0.action = Action::Drop;
            stages.push(self.concurrent_drop(address, vec![drop], Some(&aside)));
            let built = stages.len() - 2;
            return Stages { named: built, filled: built, ..Stages::several(stages) };
        }
        Stages::several(stages)
    }

    /// The index under the name that it has until its successor is there.
    pub(super) fn index_aside(&self, address: &ObjectAddress) -> Stage {
        let aside = self.aside_index(address);
        let renamed = ObjectAddress { part: Some(aside.clone()), ..address.clone() };
        let name = address.part.clone().unwrap_or_else(|| address.name.clone());
        let mut step = follow_up(format!("ALTER INDEX {} RENAME TO {aside}", index_name(address)), address);
        // What belongs to it comes back with its name.
        let mut back = creation(&self.sides.current, &Unit::Object(address.clone()), &BTreeSet::new());
        if let Some(build) = back.first_mut() {
            *build = format!("ALTER INDEX {} RENAME TO {name}", index_name(&renamed));
        }
        step.0.rollback = Rollback::Sql(back.join(";\n"));
        Stage::new(Class::Together, vec![step])
    }

    fn aside_index(&self, address: &ObjectAddress) -> Identifier {
        let name = address.part.as_ref().unwrap_or(&address.name);
        self.free_name(address, name.as_str(), "__old")
    }

    /// `DROP INDEX CONCURRENTLY`; `aside` is the name that the index has meanwhile. The old binary's queries may need
    /// an index to be fast, and nothing new needs it gone, unless it is unique.
    pub(super) fn concurrent_drop(
        &self,
        address: &ObjectAddress,
        mut plain: Vec<PhasedStep>,
        aside: Option<&Identifier>,
    ) -> Stage {
        let current = &self.sides.current;
        let name = address.part.as_ref().unwrap_or(&address.name);
        if let Some((drop, _)) = plain.first_mut() {
            let called = aside.unwrap_or(name);
            drop.sql = drop_concurrently(&index_name(&ObjectAddress { part: Some(called.clone()), ..address.clone() }));
            drop.rollback = self.built_again(address, aside, &drop.rollback);
        }
        let is_unique = current.index(address).is_some_and(|index| index.unique);
        let phase = if is_unique { Phase::Expand } else { Phase::Contract };
        Stage { can_wait: !is_unique, ..Stage::new(Class::Alone, plain) }.in_phase(phase)
    }

    /// What brings a dropped index back; `plain` is what does while nobody uses its table.
    fn built_again(&self, address: &ObjectAddress, aside: Option<&Identifier>, plain: &Rollback) -> Rollback {
        let Some(definition) = self.sides.current.index(address).map(table::create_index) else { return plain.clone() };
        let Some(build) = concurrently(&definition) else { return plain.clone() };
        match (aside, plain) {
            // Undoing comes from the end: the name is given back when the step that took it is undone.
            (Some(called), _) => Rollback::Sql(renamed(&build, called)),
            (None, Rollback::Sql(plain)) => {
                let marks = plain.strip_prefix(&definition).unwrap_or_default();
                Rollback::Sql(format!("{build}{marks}"))
            }
            (None, Rollback::Irreversible(_)) => plain.clone(),
        }
    }

    /// An invalid index is built anew.
    pub(super) fn staged_reindex(&self, address: &ObjectAddress, plain: Vec<PhasedStep>) -> Option<Stages> {
        let target = described(self.sides.desired.catalog, address);
        let reindex = format!("REINDEX {target}");
        let (mut build, rest): (Vec<PhasedStep>, Vec<PhasedStep>) =
            plain.into_iter().partition(|(step, _)| step.sql == reindex);
        let (step, _) = build.first_mut()?;
        step.sql = format!("REINDEX INDEX CONCURRENTLY {}", index_name(address));
        let mut stages = vec![Stage::new(Class::Alone, build)];
        if !rest.is_empty() {
            stages.push(Stage::new(Class::Together, rest));
        }
        Some(Stages::several(stages))
    }
}

/// The statement that builds the same index while others write; none where PostgreSQL has none: the index of a
/// partitioned table stands `ON ONLY` it.
pub(crate) fn concurrently(definition: &str) -> Option<String> {
    let (beginning, rest) = definition
        .strip_prefix("CREATE UNIQUE INDEX ")
        .map(|rest| ("CREATE UNIQUE INDEX", rest))
        .or_else(|| definition.strip_prefix("CREATE INDEX ").map(|rest| ("CREATE INDEX", rest)))?;
    let name_ends = name_end(rest);
    let is_partitioned = rest[name_ends..].starts_with(" ON ONLY ");
    (!is_partitioned).then(|| format!("{beginning} CONCURRENTLY {rest}"))
}

/// The statement that makes the index of a partitioned table and none in its partitions.
pub(super) fn on_only(definition: &str) -> Option<String> {
    const ON: &str = " ON ";
    let start = definition.find(INDEX)? + INDEX.len();
    let place = start + name_end(&definition[start..]);
    let rest = definition[place..].strip_prefix(ON)?;
    Some(format!("{}{ON}ONLY {rest}", &definition[..place]))
}

/// The statement that builds an index, with another name for it.
pub(super) fn renamed(statement: &str, called: &Identifier) -> String {
    let Some(place) = statement.find(INDEX) else { return statement.to_owned() };
    let after = &statement[place + INDEX.len()..];
    let after = after.strip_prefix("CONCURRENTLY ").unwrap_or(after);
    let beginning = &statement[..statement.len() - after.len()];
    format!("{beginning}{called}{}", &after[name_end(after)..])
}

const INDEX: &str = " INDEX ";

/// Where the name that a text starts with ends.
fn name_end(text: &str) -> usize {
    if !text.starts_with('"') {
        return text.find(' ').unwrap_or(text.len());
    }
    let mut quotes = text.match_indices('"').skip(1).map(|(place, _)| place).peekable();
    while let Some(place) = quotes.next() {
        if quotes.next_if_eq(&(place + 1)).is_none() {
            return place + 1;
        }
    }
    text.len()
}

/// Whether PostgreSQL takes the statement outside of a transaction block only.
pub(crate) fn is_concurrent(sql: &str) -> bool {
    let is_detachment = sql.starts_with("ALTER TABLE ") && sql.ends_with(" CONCURRENTLY");
    let builds_or_drops = ["CREATE INDEX", "CREATE UNIQUE INDEX", "DROP INDEX", "REINDEX INDEX"]
        .into_iter()
        .any(|beginning| sql.strip_prefix(beginning).is_some_and(|rest| rest.starts_with(" CONCURRENTLY ")));
    is_detachment || builds_or_drops
}

pub(crate) fn drop_concurrently(index: &str) -> String {
    format!("DROP INDEX CONCURRENTLY {index}")
}

/// A unique index on the columns of a key; `name` stands in the schema of the table.
pub(crate) fn unique_index(table: &QualifiedName, name: &Identifier, key: &str, options: &str) -> String {
    format!("CREATE UNIQUE INDEX CONCURRENTLY {name} ON {table} {key}{options}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_is_built_beside_its_users_where_postgresql_can() {
        assert_eq!(
            concurrently("CREATE INDEX a ON s.t USING btree (x)").unwrap(),
            "CREATE INDEX CONCURRENTLY a ON s.t USING btree (x)"
        );
        assert_eq!(
            concurrently("CREATE UNIQUE INDEX \"a \"\" ON ONLY b\" ON s.t USING btree (x)").unwrap(),
            "CREATE UNIQUE INDEX CONCURRENTLY \"a \"\" ON ONLY b\" ON s.t USING btree (x)"
        );
        assert_eq!(concurrently("CREATE INDEX a ON ONLY s.t USING btree (x)"), None);
    }

    #[test]
    fn only_stands_before_the_table() {
        assert_eq!(
            on_only("CREATE UNIQUE INDEX \"a \"\" ON b\" ON s.t USING btree (x)").unwrap(),
            "CREATE UNIQUE INDEX \"a \"\" ON b\" ON ONLY s.t USING btree (x)"
        );
    }
}
