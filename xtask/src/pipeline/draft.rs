//! A plan as migration files: names, headers, SQL.

use std::collections::{BTreeMap, BTreeSet};

use lockstep_core::catalog::{DefinedKind, ObjectAddress, ObjectKind};
use lockstep_core::migration::{Header, MigrationFile};
use lockstep_core::plan::{Action, Plan, PlannedFile, Rollback, Step};
use lockstep_core::source::{SourceFile, Span};
use lockstep_core::workspace::Workspace;

use crate::pipeline::GENERATOR;

/// What the author says of a migration.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// The name; else one is made from the changes.
    pub name: Option<String>,
    /// Why it is needed.
    pub problem: Option<String>,
    /// What it does about it; else a sentence is made from the changes.
    pub solution: Option<String>,
}

/// A migration file that is not written yet.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The file name.
    pub file_name: String,
    /// The header; its locks are filled in once they are measured.
    pub header: Header,
    /// The SQL under the header.
    pub body: String,
    /// Whether it gives something that holds rows another name: only its own rollback takes that back.
    pub renames: bool,
}

impl Draft {
    /// The path of the file, relative to the workspace.
    #[must_use]
    pub fn path(&self) -> String {
        format!("{}/{}", Workspace::MIGRATIONS, self.file_name)
    }

    /// The text of the file.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}{}", self.header, self.body)
    }

    /// The file as it will be read.
    ///
    /// # Panics
    /// When a header does not read back what it wrote, which would be a defect of Lockstep.
    #[must_use]
    pub fn migration(&self) -> MigrationFile {
        MigrationFile::parse(SourceFile::new(self.path(), self.text())).expect("a header reads back what it wrote")
    }
}

/// The files of a plan. `first_version` is the version of the first; each further file takes the next second.
#[must_use]
pub fn drafts(
    plan: &Plan,
    words: &Words,
    first_version: i64,
    definitions: &BTreeMap<ObjectAddress, Span>,
) -> Vec<Draft> {
    let mut version = first_version;
    let mut drafts = Vec::new();
    for (place, file) in plan.files.iter().enumerate() {
        if place > 0 {
            version = following(version);
        }
        let derived = derived_name(&file.steps);
        let name = match &words.name {
            Some(name) if place == 0 => name.clone(),
            Some(name) => format!("{name}_{}", place + 1),
            None => derived,
        };
        let header = header(file, &name, words, definitions);
        let renames = file.steps.iter().any(renames_rows);
        drafts.push(Draft { file_name: format!("V{version}__{name}.sql"), header, body: body(file), renames });
    }
    drafts
}

fn renames_rows(step: &Step) -> bool {
    step.action == Action::Rename && matches!(step.object.kind, ObjectKind::Table | ObjectKind::Column)
}

/// The next version after `version`, which is a time as `YYYYMMDDHHMMSS` or any other number.
#[must_use]
pub fn following(version: i64) -> i64 {
    let second = version % 100;
    if second < 59 { version + 1 } else { next_minute(version) }
}

/// Versions only have to grow: past the last second of a minute the number goes on without being a time.
fn next_minute(version: i64) -> i64 {
    let minute = version / 100 % 100;
    if minute < 59 { (version / 100 + 1) * 100 } else { version + 1 }
}

fn body(file: &PlannedFile) -> String {
    let statements: Vec<String> = file.steps.iter().map(|step| format!("{};\n", step.sql)).collect();
    format!("-- Written by `cargo xtask db:generate` ({GENERATOR}).\n\n{}", statements.join("\n"))
}

fn header(file: &PlannedFile, name: &str, words: &Words, definitions: &BTreeMap<ObjectAddress, Span>) -> Header {
    let relations: BTreeSet<String> = file.steps.iter().map(|step| owner(&step.object)).collect();
    let hazards: BTreeSet<String> = file.steps.iter().flat_map(|step| &step.hazards).map(ToString::to_string).collect();
    Header {
        migration: name.replace('_', " "),
        problem: words.problem.clone().unwrap_or_default(),
        solution: words.solution.clone().unwrap_or_else(|| sentence(&file.steps)),
        affects: relations.into_iter().collect(),
        schema: places(&file.steps, definitions),
        locks: Vec::new(),
        hazards: hazards.into_iter().collect(),
        phase: file.phase,
        transaction: file.transaction,
        verify: verify(&file.steps),
        rollback: rollback(&file.steps),
    }
}

/// The object that a step is about; for a part, what it is a part of.
fn owner(object: &ObjectAddress) -> String {
    match object.qualified_name() {
        Some(_) if object.kind == ObjectKind::Defined(DefinedKind::DefaultPrivileges) => object.to_string(),
        Some(name) => name.key(),
        None => object.to_string(),
    }
}

/// `schema/20_orders.sql:14 commerce.order.public_token` for each object that the schema files define.
fn places(steps: &[Step], definitions: &BTreeMap<ObjectAddress, Span>) -> Vec<String> {
    let mut places = BTreeSet::new();
    for step in steps {
        if let Some(span) = definition(&step.object, definitions) {
            places.insert((span.file.path.clone(), span.line(), step.object.key()));
        }
    }
    places.into_iter().map(|(path, line, object)| format!("{path}:{line} {object}")).collect()
}

/// Where an object is defined; a part that has no place of its own stands where its owner does.
#[must_use]
pub fn definition<'a>(object: &ObjectAddress, definitions: &'a BTreeMap<ObjectAddress, Span>) -> Option<&'a Span> {
    const OWNERS: &[ObjectKind] = &[
        ObjectKind::Table,
        ObjectKind::View,
        ObjectKind::MaterializedView,
        ObjectKind::Domain,
        ObjectKind::Routine,
        ObjectKind::Defined(DefinedKind::Publication),
    ];
    let owner = |kind: &ObjectKind| ObjectAddress { kind: *kind, part: None, ..object.clone() };
    definitions.get(object).or_else(|| OWNERS.iter().find_map(|kind| definitions.get(&owner(kind))))
}

/// The queries of all steps as one, where there are any.
fn verify(steps: &[Step]) -> String {
    let queries: Vec<&str> = steps.iter().filter_map(|step| step.verify.as_deref()).collect();
    match queries.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        several => format!("SELECT ({})", several.join(")\n   AND (")),
    }
}

/// The rollback of a file whose steps leave nothing behind once the file before it is undone.
pub(super) const NOTHING_TO_UNDO: &str = "-- nothing: undoing the migration before this one undoes it too";

const IRREVERSIBLE: &str = "irreversible: ";

/// Whether the header says that nothing undoes the migration.
#[must_use]
pub fn is_irreversible(header: &Header) -> bool {
    header.rollback.starts_with(IRREVERSIBLE)
}

/// The inverse statements, last step first; irreversible as soon as one step is.
fn rollback(steps: &[Step]) -> String {
    let mut statements = Vec::new();
    let mut reasons = Vec::new();
    for step in steps.iter().rev() {
        match &step.rollback {
            Rollback::Sql(sql) if sql.is_empty() => {}
            Rollback::Sql(sql) => statements.push(format!("{sql};")),
            Rollback::Irreversible(reason) => reasons.push(reason.as_str()),
        }
    }
    if !reasons.is_empty() {
        format!("{IRREVERSIBLE}{}", reasons.join("; "))
    } else if statements.is_empty() {
        NOTHING_TO_UNDO.to_owned()
    } else {
        statements.join("\n")
    }
}

/// The word that stands for what most of the steps do, and what they do it to: `add_commerce_order_public_token`.
fn derived_name(steps: &[Step]) -> String {
    let mut objects: Vec<(Action, String)> = Vec::new();
    for step in leading(steps) {
        objects.push((step.action, step.object.key()));
    }
    let Some((action, first)) = objects.first().cloned() else { return "change".to_owned() };
    let more = if objects.len() > 1 { "_and_more" } else { "" };
    let words = format!("{}_{first}", verb(action));
    let mut name: String =
        words.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect();
    name.truncate(60);
    format!("{}{more}", name.trim_matches('_'))
}

/// A sentence such as `adds column commerce.order.public_token and index …`.
fn sentence(steps: &[Step]) -> String {
    let mut parts: Vec<(Action, Vec<String>)> = Vec::new();
    for step in leading(steps) {
        let object = step.object.to_string();
        match parts.iter_mut().find(|(action, _)| *action == step.action) {
            Some((_, objects)) => objects.push(object),
            None => parts.push((step.action, vec![object])),
        }
    }
    let mut sentences: Vec<String> =
        parts.iter().map(|(action, objects)| format!("{}s {}", verb(*action), listed(objects))).collect();
    let rebuilt = rebuilt(steps);
    if !rebuilt.is_empty() {
        sentences.push(format!("builds {} anew", listed(&rebuilt)));
    }
    sentences.join("; ")
}

fn listed(objects: &[String]) -> String {
    const SHOWN: usize = 6;
    match objects.len() {
        0..=SHOWN => objects.join(", "),
        more => format!("{} and {} more", objects[..SHOWN].join(", "), more - SHOWN),
    }
}

fn verb(action: Action) -> &'static str {
    match action {
        Action::Rename => "rename",
        Action::Create => "add",
        Action::Alter => "change",
        Action::Drop => "drop",
        Action::Backfill => "backfill",
        Action::Validate => "validate",
        Action::Session => "set",
    }
}

/// The steps that tell what a plan does: each object once, without the parts of what is created whole, without what is
/// changed only because it is new, and without what is dropped only to be created again.
fn leading(steps: &[Step]) -> Vec<&Step> {
    let (created, dropped) = (objects(steps, Action::Create), objects(steps, Action::Drop));
    let whole = created.iter().filter(|object| object.part.is_none());
    let whole: BTreeSet<_> = whole.map(|object| (&object.schema, &object.name)).collect();
    let is_part_of_new =
        |object: &ObjectAddress| object.part.is_some() && whole.contains(&(&object.schema, &object.name));
    let mut seen = BTreeSet::new();
    steps
        .iter()
        .filter(|step| match step.action {
            Action::Session => false,
            Action::Rename => true,
            Action::Create => !dropped.contains(&step.object) && !is_part_of_new(&step.object),
            Action::Alter => !created.contains(&step.object) && !is_part_of_new(&step.object),
            Action::Drop => !created.contains(&step.object),
            Action::Backfill | Action::Validate => true,
        })
        .filter(|step| seen.insert((step.action, &step.object)))
        .collect()
}

/// What is dropped only to be created again, because what it stands on changes.
fn rebuilt(steps: &[Step]) -> Vec<String> {
    let (created, dropped) = (objects(steps, Action::Create), objects(steps, Action::Drop));
    created.intersection(&dropped).map(ToString::to_string).collect()
}

fn objects(steps: &[Step], action: Action) -> BTreeSet<&ObjectAddress> {
    steps.iter().filter(|step| step.action == action).map(|step| &step.object).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use lockstep_core::name::QualifiedName;

    fn step(action: Action, object: ObjectAddress) -> Step {
        let rollback = Rollback::Sql(format!("undo {object}"));
        Step { sql: format!("do {object}"), object, action, hazards: Vec::new(), rollback, verify: None }
    }

    #[test]
    fn versions_grow_and_stay_times_where_they_can() {
        assert_eq!(following(20_260_101_120_000), 20_260_101_120_001);
        assert_eq!(following(20_260_101_120_059), 20_260_101_120_100);
        assert_eq!(following(20_260_101_125_959), 20_260_101_125_960);
        assert_eq!(following(7), 8);
    }

    #[test]
    fn a_name_is_made_from_the_changes() {
        let order = QualifiedName::new("commerce", "order");
        let table = ObjectAddress::object(ObjectKind::Table, &order);
        let column = ObjectAddress::part(ObjectKind::Column, &order, "public_token");
        let index = ObjectAddress::part(ObjectKind::Index, &order, "order_public_token_idx");
        assert_eq!(derived_name(&[step(Action::Create, column.clone())]), "add_commerce_order_public_token");
        let both = [step(Action::Create, column), step(Action::Create, index.clone())];
        assert_eq!(derived_name(&both), "add_commerce_order_public_token_and_more");
        let created = [step(Action::Create, table), step(Action::Create, index)];
        assert_eq!(derived_name(&created), "add_commerce_order");
        assert_eq!(sentence(&created), "adds table commerce.order");
        let view = ObjectAddress::object(ObjectKind::View, &QualifiedName::new("commerce", "open_orders"));
        let name = ObjectAddress::part(ObjectKind::Column, &order, "name");
        let retyped = [step(Action::Drop, view.clone()), step(Action::Alter, name), step(Action::Create, view)];
        assert_eq!(derived_name(&retyped), "change_commerce_order_name");
        assert_eq!(sentence(&retyped), "changes column commerce.order.name; builds view commerce.open_orders anew");
        assert_eq!(rollback(&created), "undo index commerce.order.order_public_token_idx;\nundo table commerce.order;");
    }
}
