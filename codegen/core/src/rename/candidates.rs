//! What might be a rename: dropped and created objects that are alike.

use std::collections::BTreeMap;

use crate::catalog::{Catalog, Constraint, Index, ObjectAddress, ObjectKind, Table};
use crate::diagnostic::Diagnostic;
use crate::name::{Identifier, QualifiedName};
use crate::rename::requests::{Names, holds};
use crate::rename::{Candidate, RenamePolicy};

/// Adds the renames that follow from others or that nothing can get lost by.
pub(super) fn follow(current: &Catalog, desired: &Catalog, names: &mut Names, policy: RenamePolicy) {
    owned_sequences(current, desired, names);
    for (name, table) in &current.tables {
        let address = ObjectAddress::object(ObjectKind::Table, name);
        // Under `None` only what a rename that was asked for takes along.
        if policy == RenamePolicy::Ask || names.renamed.contains_key(&address) {
            let new_name = names.desired_name(name, ObjectKind::Table);
            if let Some(desired) = desired.tables.get(&new_name) {
                same_parts(name, table, &new_name, desired, names);
            }
        }
    }
}

/// A sequence is the same one if the same column owns it.
fn owned_sequences(current: &Catalog, desired: &Catalog, names: &mut Names) {
    let owned = |catalog: &Catalog, table: &QualifiedName, column: &Identifier| -> Vec<QualifiedName> {
        let owner = Some((table.clone(), column.clone()));
        let sequences = catalog.sequences.iter().filter(|(_, sequence)| sequence.owned_by == owner);
        sequences.map(|(name, _)| name.clone()).collect()
    };
    for (name, sequence) in &current.sequences {
        let Some((table, column)) = &sequence.owned_by else { continue };
        let old = ObjectAddress::object(ObjectKind::Sequence, name);
        let column_address = names.desired(&ObjectAddress::part(ObjectKind::Column, table, column.clone()));
        let (Some(new_table), Some(new_column)) = (column_address.qualified_name(), column_address.part) else {
            continue;
        };
        let (before, after) = (owned(current, table, column), owned(desired, &new_table, &new_column));
        if let ([_], [after]) = (before.as_slice(), after.as_slice()) {
            let new = ObjectAddress::object(ObjectKind::Sequence, after);
            let moves = new.schema != names.desired(&old).schema;
            // Another one may have been asked to get that name.
            let is_taken = holds(current, &new) || names.renamed.values().any(|other| *other == new);
            if !moves && !holds(desired, &names.desired(&old)) && !is_taken {
                names.renamed.insert(old, new);
            }
        }
    }
}

/// Indexes and constraints of one table that differ by nothing but their names.
fn same_parts(name: &QualifiedName, current: &Table, new_name: &QualifiedName, desired: &Table, names: &mut Names) {
    let text = |definition: &str| in_new_names(definition, current, name, names);
    let constraint = |body: &Constraint, own: bool| {
        let definition = if own { text(&body.definition) } else { body.definition.clone() };
        format!("{definition} {:?} {} {:?}", body.deferrability, body.validated, body.options)
    };
    let index = |name: &Identifier, body: &Index, own: bool| {
        let rest = body.definition.split_once(&format!("INDEX {name} ON ")).map_or("", |(_, rest)| rest);
        let rest = rest.split_once(" USING ").map_or("", |(_, rest)| rest);
        let rest = if own { text(rest) } else { rest.to_owned() };
        format!("{rest} {} {}", body.unique, body.valid)
    };
    let part = |kind, owner: &QualifiedName, name: &Identifier| ObjectAddress::part(kind, owner, name.clone());
    let mut pairs = Vec::new();
    let constraints = (
        current.constraints.iter().map(|(name, body)| (name, constraint(body, true))).collect(),
        desired.constraints.iter().map(|(name, body)| (name, constraint(body, false))).collect(),
    );
    pairs.extend(alike(constraints).into_iter().map(|(old, new)| (ObjectKind::Constraint, old, new)));
    let indexes = (
        current.indexes.iter().map(|(name, body)| (name, index(name, body, true))).collect(),
        desired.indexes.iter().map(|(name, body)| (name, index(name, body, false))).collect(),
    );
    pairs.extend(alike(indexes).into_iter().map(|(old, new)| (ObjectKind::Index, old, new)));
    let renamed: Vec<_> = pairs
        .into_iter()
        .map(|(kind, old, new)| (part(kind, name, old), part(kind, new_name, new)))
        .filter(|(old, _)| !names.renamed.contains_key(old))
        .collect();
    let is_target = |new: &ObjectAddress| names.renamed.values().any(|target| target == new);
    let renamed: Vec<_> = renamed.into_iter().filter(|(_, new)| !is_target(new)).collect();
    names.renamed.extend(renamed);
}

type Texts<'a> = Vec<(&'a Identifier, String)>;

/// The pairs of a name that goes and one that comes with the same text, where there is one of each.
fn alike<'a>((current, desired): (Texts<'a>, Texts<'a>)) -> Vec<(&'a Identifier, &'a Identifier)> {
    let gone: Texts = current.iter().filter(|(name, _)| !desired.iter().any(|(new, _)| new == name)).cloned().collect();
    let new: Texts = desired.iter().filter(|(name, _)| !current.iter().any(|(old, _)| old == name)).cloned().collect();
    let with = |texts: &Texts<'a>, text: &str| -> Vec<&'a Identifier> {
        texts.iter().filter(|(_, other)| other == text).map(|(name, _)| *name).collect()
    };
    let mut pairs = Vec::new();
    for (old, text) in &gone {
        if let ([_], [new]) = (with(&gone, text).as_slice(), with(&new, text).as_slice()) {
            pairs.push((*old, *new));
        }
    }
    pairs
}

/// A definition with the columns of the table as they will be called.
fn in_new_names(definition: &str, table: &Table, name: &QualifiedName, names: &Names) -> String {
    let mut renamed: BTreeMap<String, String> = BTreeMap::new();
    for column in table.columns.iter().map(|column| &column.name) {
        let address = ObjectAddress::part(ObjectKind::Column, name, column.clone());
        if let Some(new) = names.renamed.get(&address).and_then(|new| new.part.clone()) {
            renamed.insert(column.to_string(), new.to_string());
        }
    }
    for (old, new) in &names.renamed {
        if let (ObjectKind::Table, Some(old), Some(new)) = (old.kind, old.qualified_name(), new.qualified_name()) {
            renamed.insert(old.to_string(), new.to_string());
        }
    }
    let is_part = |next: char| next.is_alphanumeric() || matches!(next, '_' | '"' | '.');
    let mut text = String::new();
    let mut rest = definition;
    while let Some(start) = rest.find(is_part) {
        let (before, word) = rest.split_at(start);
        let end = word.find(|next| !is_part(next)).unwrap_or(word.len());
        text.push_str(before);
        text.push_str(renamed.get(&word[..end]).map_or(&word[..end], String::as_str));
        rest = &word[end..];
    }
    text.push_str(rest);
    text
}

/// The objects with data of which nobody said whether they are new or have a new name.
pub(super) fn undecided(current: &Catalog, desired: &Catalog, names: &Names) -> Vec<Candidate> {
    let sides = Sides { current, desired, names };
    let mut found = Vec::new();
    let tables = sides.undecided(ObjectKind::Table, current.tables.keys(), desired.tables.keys());
    found.extend(sides.alike(&tables, |old, new| {
        alike_tables(current.tables.get(&old.qualified_name()?)?, desired.tables.get(&new.qualified_name()?)?)
    }));
    let enums = sides.undecided(ObjectKind::Enum, current.enums.keys(), desired.enums.keys());
    found.extend(sides.alike(&enums, |old, new| {
        Some(current.enums.get(&old.qualified_name()?)?.values == desired.enums.get(&new.qualified_name()?)?.values)
    }));
    let sequences = sides.undecided(ObjectKind::Sequence, current.sequences.keys(), desired.sequences.keys());
    found.extend(sides.alike(&sequences, |old, new| {
        let old = current.sequences.get(&old.qualified_name()?)?;
        let new = desired.sequences.get(&new.qualified_name()?)?;
        Some(old.owned_by.is_none() && new.owned_by.is_none() && old.options == new.options)
    }));
    for (name, table) in &current.tables {
        found.extend(sides.columns(name, table));
    }
    for name in current.enums.keys() {
        found.extend(sides.values(name));
    }
    found
}

/// Whether two tables share at least two thirds of their columns; of two or fewer, all.
fn alike_tables(current: &Table, desired: &Table) -> Option<bool> {
    let shared = current
        .columns
        .iter()
        .filter(|column| {
            desired.columns.iter().any(|other| other.name == column.name && other.data_type == column.data_type)
        })
        .count();
    let most = current.columns.len().max(desired.columns.len());
    Some(most > 0 && if most <= 2 { shared == most } else { shared * 3 >= most * 2 })
}

struct Sides<'a> {
    current: &'a Catalog,
    desired: &'a Catalog,
    names: &'a Names,
}

/// What goes and what comes, of one kind.
type Undecided = (Vec<ObjectAddress>, Vec<ObjectAddress>);

impl Sides<'_> {
    fn undecided<'n>(
        &self,
        kind: ObjectKind,
        current: impl Iterator<Item = &'n QualifiedName>,
        desired: impl Iterator<Item = &'n QualifiedName>,
    ) -> Undecided {
        let object = |name: &QualifiedName| ObjectAddress::object(kind, name);
        self.of_both(current.map(object).collect(), desired.map(object).collect())
    }

    fn of_both(&self, current: Vec<ObjectAddress>, desired: Vec<ObjectAddress>) -> Undecided {
        let kept: Vec<ObjectAddress> = current.iter().map(|old| self.names.desired(old)).collect();
        let gone = current.into_iter().filter(|old| !desired.contains(&self.names.desired(old))).collect();
        let new = desired.iter().filter(|new| !kept.contains(new)).cloned().collect();
        (gone, new)
    }

    fn alike(
        &self,
        (gone, new): &Undecided,
        is_alike: impl Fn(&ObjectAddress, &ObjectAddress) -> Option<bool>,
    ) -> Vec<Candidate> {
        new.iter()
            .filter_map(|new| {
                let old: Vec<&ObjectAddress> = gone.iter().filter(|old| is_alike(old, new).unwrap_or(false)).collect();
                (!old.is_empty()).then(|| Candidate { new: new.clone(), old: old.into_iter().cloned().collect() })
            })
            .collect()
    }

    fn columns(&self, name: &QualifiedName, table: &Table) -> Vec<Candidate> {
        let new_name = self.names.desired_name(name, ObjectKind::Table);
        let Some(desired) = self.desired.tables.get(&new_name) else { return Vec::new() };
        let columns = |owner: &QualifiedName, table: &Table| -> Vec<ObjectAddress> {
            let kept = table.columns.iter().filter(|column| column.generated.is_none());
            kept.map(|column| ObjectAddress::part(ObjectKind::Column, owner, column.name.clone())).collect()
        };
        let undecided = self.of_both(columns(name, table), columns(&new_name, desired));
        let data_type = |table: &Table, address: &ObjectAddress| {
            let column = table.columns.iter().find(|column| Some(&column.name) == address.part.as_ref())?;
            Some(column.data_type.text.clone())
        };
        self.alike(&undecided, |old, new| Some(data_type(table, old)? == data_type(desired, new)?))
    }

    /// Values of an enumerated type that stand at the same place in a list of the same length.
    fn values(&self, name: &QualifiedName) -> Vec<Candidate> {
        let new_name = self.names.desired_name(name, ObjectKind::Enum);
        let (Some(current), Some(desired)) = (self.current.enums.get(name), self.desired.enums.get(&new_name)) else {
            return Vec::new();
        };
        let value =
            |owner: &QualifiedName, value: &String| ObjectAddress::part(ObjectKind::Enum, owner, value.as_str());
        if current.values.len() != desired.values.len() {
            return Vec::new();
        }
        let addresses: Vec<_> = current.values.iter().map(|it| self.names.desired(&value(name, it))).collect();
        let pairs = addresses.iter().zip(&current.values).zip(&desired.values);
        pairs
            .filter(|((now, old), new)| {
                let is_kept = now.part.as_ref().is_some_and(|part| desired.values.iter().any(|it| it == part.as_str()));
                let is_new = !addresses.contains(&value(&new_name, new));
                old != new && !is_kept && is_new
            })
            .map(|((_, old), new)| Candidate { new: value(&new_name, new), old: vec![value(name, old)] })
            .collect()
    }
}

impl Candidate {
    /// What it is, in a word: `column`, or `value` for one of an enumerated type.
    #[must_use]
    pub fn what(&self) -> &'static str {
        if self.new.kind == ObjectKind::Enum && self.new.part.is_some() { "value" } else { self.new.kind.name() }
    }

    /// The name of an object, or of the part if the address has one.
    #[must_use]
    pub fn name(address: &ObjectAddress) -> &Identifier {
        address.part.as_ref().unwrap_or(&address.name)
    }

    /// The error that it is until somebody decides.
    #[must_use]
    pub fn diagnostic(&self) -> Diagnostic {
        let Self { new, old } = self;
        let all: Vec<String> = old.iter().map(ObjectAddress::key).collect();
        let what = self.what();
        let message =
            format!("{what} {} may be {what} {} under a new name, or another one", new.key(), all.join(" or "));
        Diagnostic::error("ambiguous-rename", message).about(new).hint(format!(
            "write `-- @renamed from={}` above it or pass `--rename {}={}` if it is the same, `--renames none` if it is another",
            Self::name(&old[0]).as_str(),
            old[0].key(),
            Self::name(new).as_str(),
        ))
    }
}
