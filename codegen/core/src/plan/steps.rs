//! From nodes to statements: what creates and sets aside. What alters stands in [`super::alter`], what drops in
//! [`super::removal`].

use std::collections::BTreeSet;

use crate::catalog::{Column, ConstraintKind, Defined, DefinedKind, ObjectAddress, ObjectKind, is_secret};
use crate::emit::sql::column::{self, Inline};
use crate::emit::sql::{Below, drop_if_there, drop_statement, sequence, sql_name};
use crate::lineage;
use crate::name::{Identifier, QualifiedName, quote_identifier, quote_literal};
use crate::plan::creation::{alter_relation, creation, set_default};
use crate::plan::fate::{Fate, Fates, Sides};
use crate::plan::graph::{Graph, NodeId, Operation};
use crate::plan::owners;
use crate::plan::removal::shells_left_by;
use crate::plan::takeover;
use crate::plan::unit::{Side, Unit};
use crate::plan::{Action, Hazard, HazardKind, Phase, PlanOptions, Rollback, Step};

/// What the statements of a plan are made from.
pub(crate) struct Emitter<'a> {
    pub(crate) sides: &'a Sides<'a>,
    pub(crate) fates: &'a Fates,
    pub(crate) options: &'a PlanOptions,
}

const WITHOUT_VALUE: &str = "the rows that are there have no value for it";

/// Whether the hazard is that of a new `NOT NULL` column.
pub(crate) fn is_without_value(hazard: &Hazard) -> bool {
    hazard.kind == HazardKind::MayFail && hazard.detail == WITHOUT_VALUE
}

/// A step with its phase.
pub(crate) type PhasedStep = (Step, Phase);

impl Emitter<'_> {
    /// The steps of a node and of all that is folded into it.
    pub(crate) fn steps(&self, graph: &Graph, host: NodeId) -> Vec<PhasedStep> {
        let node = &graph.nodes[host];
        let folded: BTreeSet<&Unit> = graph.members(host).iter().map(|member| &graph.nodes[*member].unit).collect();
        match node.operation {
            Operation::Create => self.create(&node.unit, &folded),
            Operation::Drop => self.drop(&node.unit, &folded),
            Operation::Aside => self.aside(node.unit.address()),
            Operation::Alter(group) => self.alter(&node.unit, group),
        }
    }

    /// The fate of an object; one that stays as it is has none.
    pub(crate) fn fate(&self, address: &ObjectAddress) -> Option<Fate> {
        self.fates.get(&Unit::Object(address.clone()))
    }

    /// Whether rows can be in the relation that the object is a part of.
    pub(super) fn is_on_existing(&self, address: &ObjectAddress) -> bool {
        let desired = &self.sides.desired;
        // The rows of a foreign table are not here.
        let owner = desired.owner(address).filter(|_| !desired.catalog.is_foreign(address));
        owner.is_some_and(|owner| !matches!(self.fate(&owner), Some(Fate::Create | Fate::Replace)))
    }

    fn create(&self, unit: &Unit, folded: &BTreeSet<&Unit>) -> Vec<PhasedStep> {
        let address = unit.address();
        if let Unit::Object(_) = unit
            && address.kind == ObjectKind::Column
            && !self.follows(unit)
            && self.is_on_existing(address)
            && let Some(column) = self.sides.desired.column(address)
            && let Some(table) = address.qualified_name()
        {
            return self.add_column(address, &table, column, folded);
        }
        match unit {
            Unit::Privileges(_) => return self.privileges(address),
            Unit::SecurityLabels(_) => return self.security_labels(address),
            Unit::Object(_)
            | Unit::Default(_)
            | Unit::Ownership(_)
            | Unit::ReplicaIdentity(_)
            | Unit::Cluster(_)
            | Unit::Parentage(_) => {}
        }
        let mut statements = creation(&self.sides.desired, unit, folded).into_iter();
        if self.follows(unit) {
            return statements.skip(1).map(|sql| follow_up(sql, address)).collect();
        }
        let Some(main) = statements.next() else { return Vec::new() };
        let mut steps = vec![self.main_creation(unit, main)];
        // What refers to the table above refers to its partition as well, until that is none.
        let is_partition = self.sides.desired.table(address).is_some_and(|table| table.partition_of.is_some());
        let is_made_below = matches!(unit, Unit::Object(_)) && folded.contains(&Unit::Parentage(address.clone()));
        if is_partition && is_made_below {
            let mut undo = self.detached(&self.sides.desired, address);
            undo.push(self.undo_creation(address));
            steps[0].0.rollback = Rollback::Sql(undo.join(";\n"));
        }
        steps.extend(statements.map(|sql| follow_up(sql, address)));
        if let Unit::Ownership(sequence) = unit {
            steps.splice(0..0, owners::given_to_table_owner(self, sequence));
            steps.extend(self.advance_new_sequence(sequence));
        }
        steps
    }

    fn main_creation(&self, unit: &Unit, sql: String) -> PhasedStep {
        let address = unit.address();
        let (action, undo) = match unit {
            Unit::Object(_) => (Action::Create, self.undo_creation(address)),
            Unit::Default(_) => (Action::Alter, set_default(&self.sides.desired, address, None)),
            Unit::Ownership(_) => (Action::Alter, self.qualified(address, |name| sequence::own(name, None))),
            Unit::ReplicaIdentity(_) => {
                (Action::Alter, format!("{} REPLICA IDENTITY DEFAULT", alter_relation(address)))
            }
            Unit::Cluster(_) => (Action::Alter, format!("{} SET WITHOUT CLUSTER", alter_relation(address))),
            // These have steps of their own.
            Unit::Privileges(_) | Unit::SecurityLabels(_) => (Action::Alter, String::new()),
            Unit::Parentage(_) => (Action::Alter, self.undo_joining(address)),
        };
        let is_object = matches!(unit, Unit::Object(_));
        let step = Step {
            sql,
            object: address.clone(),
            action,
            hazards: match unit {
                Unit::Object(_) => self.creation_hazards(address),
                Unit::Parentage(_) => self.joining_hazards(address),
                Unit::Default(_)
                | Unit::Ownership(_)
                | Unit::ReplicaIdentity(_)
                | Unit::Cluster(_)
                | Unit::Privileges(_)
                | Unit::SecurityLabels(_) => Vec::new(),
            },
            rollback: Rollback::Sql(undo),
            verify: if is_object { exists(address) } else { None },
        };
        (step, Phase::Expand)
    }

    /// What drops the object again. What a table below has in its own right becomes a part of an index or key that comes
    /// above it, and goes along with that: it is brought back, or it is gone already where it is new too.
    fn undo_creation(&self, address: &ObjectAddress) -> String {
        let desired = &self.sides.desired;
        if takeover::followed(self.sides, address) {
            return String::new();
        }
        let constraint = desired.constraint(address).and_then(|constraint| constraint.parent.as_ref());
        let parent = constraint.or_else(|| desired.index(address).and_then(|index| index.parent.as_ref()));
        if let Some(drop) = drop_if_there(address, Below::Included).filter(|_| parent.is_some()) {
            return drop;
        }
        let mut statements: Vec<String> = self.release_not_null(address).into_iter().collect();
        statements.push(drop_statement(desired.catalog, address, Below::Included));
        statements.extend(takeover::given_back(self.sides, self.fates, address));
        statements.extend(shells_left_by(address, desired, &self.sides.current));
        statements.join(";\n")
    }

    /// What makes the table stand alone again. One that the plan makes takes along what it took over.
    fn undo_joining(&self, address: &ObjectAddress) -> String {
        let mut statements = self.detached(&self.sides.desired, address);
        if self.fate(address).is_none_or(|fate| fate == Fate::Alter) {
            statements.extend(takeover::left_behind(self.sides, self.fates, address));
        }
        statements.join(";\n")
    }

    pub(super) fn qualified(&self, address: &ObjectAddress, sql: impl Fn(&QualifiedName) -> String) -> String {
        address.qualified_name().map(|name| sql(&name)).unwrap_or_default()
    }

    /// What the rows of an existing table may refuse.
    fn creation_hazards(&self, address: &ObjectAddress) -> Vec<Hazard> {
        let desired = &self.sides.desired;
        if let ObjectKind::Defined(kind) = address.kind {
            return self.lacks_secret(kind, address, None);
        }
        if matches!(address.kind, ObjectKind::Table | ObjectKind::Column) {
            return self.lacks_foreign_secret(address);
        }
        let detail = match address.kind {
            ObjectKind::Constraint => match desired.constraint(address) {
                Some(constraint) if constraint.validated && constraint.enforced => match constraint.kind {
                    ConstraintKind::PrimaryKey => "duplicate or null keys stop it",
                    ConstraintKind::Unique => "duplicate keys stop it",
                    ConstraintKind::Check => "rows that do not satisfy it stop it",
                    ConstraintKind::Exclusion => "conflicting rows stop it",
                    ConstraintKind::ForeignKey => "rows without a counterpart stop it",
                },
                Some(_) | None => return Vec::new(),
            },
            ObjectKind::Index if desired.index(address).is_some_and(|index| index.unique) => "duplicate keys stop it",
            ObjectKind::DomainConstraint => "values that do not satisfy it stop it",
            ObjectKind::Schema
            | ObjectKind::Extension
            | ObjectKind::Enum
            | ObjectKind::Domain
            | ObjectKind::Composite
            | ObjectKind::Attribute
            | ObjectKind::Range
            | ObjectKind::Sequence
            | ObjectKind::Table
            | ObjectKind::Column
            | ObjectKind::Index
            | ObjectKind::Routine
            | ObjectKind::View
            | ObjectKind::MaterializedView
            | ObjectKind::Trigger
            | ObjectKind::Defined(_) => return Vec::new(),
        };
        // What is only rebuilt held before, unless it asks a function that says something else now.
        let is_new = self.fate(address) == Some(Fate::Create);
        let unit = Unit::Object(address.clone());
        let is_other = |need: &Unit| need.address().kind == ObjectKind::Routine && self.fates.get(need).is_some();
        let asks_anew = desired.needs_of(&unit).any(is_other);
        let unchanged = !self.sides.differs(address, crate::diff::Attribute::Definition) && !is_new && !asks_anew;
        if !self.is_on_existing(address) || unchanged {
            return Vec::new();
        }
        vec![Hazard { kind: HazardKind::MayFail, object: address.clone(), detail: detail.to_owned() }]
    }

    /// What the object, or the options that its earlier state did not have, hold only once somebody has set it by hand.
    pub(crate) fn lacks_secret(
        &self,
        kind: DefinedKind,
        address: &ObjectAddress,
        before: Option<&Defined>,
    ) -> Vec<Hazard> {
        let Some(object) = self.sides.desired.catalog.defined.get(address) else { return Vec::new() };
        let had: Vec<&str> = before.into_iter().flat_map(Defined::secrets).collect();
        let new = object.secrets().filter(|option| !had.contains(option)).map(|option| format!("its option {option}"));
        let connection =
            (kind.info().is_completed_by_hand && before.is_none()).then(|| "what it connects with".to_owned());
        let lacking: Vec<String> = connection.into_iter().chain(new).collect();
        let hazard = |detail| Hazard { kind: HazardKind::LacksSecret, object: address.clone(), detail };
        lacking.into_iter().map(hazard).collect()
    }

    /// The same for the options of a foreign table and its columns, those of a column that comes with its table too.
    pub(crate) fn lacks_foreign_secret(&self, address: &ObjectAddress) -> Vec<Hazard> {
        let is_table = address.kind == ObjectKind::Table;
        let secrets = |side: &Side| -> BTreeSet<String> {
            let Some(table) = side.table(address) else { return BTreeSet::new() };
            let own = table.foreign.iter().filter(|_| is_table).flat_map(|foreign| foreign.options.keys());
            let columns = table.columns.iter().filter(|it| is_table || Some(&it.name) == address.part.as_ref());
            let all = own.chain(columns.flat_map(|column| column.foreign_options.keys()));
            all.filter(|option| is_secret(option)).cloned().collect()
        };
        let (before, after) = (secrets(&self.sides.current), secrets(&self.sides.desired));
        let is_new = !matches!(self.fate(address), Some(Fate::Alter) | None);
        let new = after.into_iter().filter(|option| is_new || !before.contains(option));
        let detail = |option| format!("its option {option}");
        new.map(|option| Hazard { kind: HazardKind::LacksSecret, object: address.clone(), detail: detail(option) })
            .collect()
    }

    fn add_column(
        &self,
        address: &ObjectAddress,
        table: &QualifiedName,
        column: &Column,
        folded: &BTreeSet<&Unit>,
    ) -> Vec<PhasedStep> {
        let unit = Unit::Object(address.clone());
        let details = creation(&self.sides.desired, &unit, folded).into_iter().skip(1);
        let value = self.options.backfill.get(address);
        let default = folded.contains(&Unit::Default(address.clone()));
        let inline = Inline { default: default && value.is_none(), not_null: value.is_none() };
        let mut steps = vec![self.main_creation(&unit, column::add(table, column, inline))];
        steps[0].0.hazards.extend(self.rewrite_by(address, column, inline.default));
        if self.lacks_value(address, column) {
            steps[0].0.hazards.push(Hazard {
                kind: HazardKind::MayFail,
                object: address.clone(),
                detail: WITHOUT_VALUE.to_owned(),
            });
        }
        // With a backfill, NOT NULL comes after it.
        let later = value.map(|_| column::not_null_details(table, column)).unwrap_or_default();
        steps.extend(details.filter(|sql| !later.contains(sql)).map(|sql| follow_up(sql, address)));
        if let Some(value) = value {
            steps.push(self.backfill(address, table, column, value, false));
            steps.extend(column.not_null.then(|| self.set_not_null(address, table, column)).into_iter().flatten());
        }
        steps
    }

    /// Whether a new column of an existing table is `NOT NULL` without anything that fills it.
    pub(crate) fn lacks_value(&self, address: &ObjectAddress, column: &Column) -> bool {
        let data_type = &column.data_type;
        let domain = self.sides.desired.catalog.domains.get(&data_type.name).filter(|_| !data_type.array);
        column.not_null
            && column.not_null_constraint.as_ref().is_none_or(|constraint| constraint.validated)
            && column.default.is_none()
            && column.identity.is_none()
            && column.generated.is_none()
            && domain.is_none_or(|domain| domain.default.is_none())
            && !self.options.backfill.contains_key(address)
            && self.is_on_existing(address)
    }

    /// `UPDATE … SET column = value`, for all rows or for those that have none.
    pub(crate) fn backfill(
        &self,
        address: &ObjectAddress,
        table: &QualifiedName,
        column: &Column,
        value: &str,
        only_null: bool,
    ) -> PhasedStep {
        let condition =
            if only_null { format!(" WHERE {}", self.sides.desired.is_empty(column)) } else { String::new() };
        let step = Step {
            sql: format!("UPDATE {table} SET {} = {value}{condition}", column.name),
            object: address.clone(),
            action: Action::Alter,
            hazards: Vec::new(),
            rollback: Rollback::Sql(String::new()),
            verify: None,
        };
        (step, Phase::Backfill)
    }

    /// The step that makes a column `NOT NULL`, and its comment.
    pub(crate) fn set_not_null(
        &self,
        address: &ObjectAddress,
        table: &QualifiedName,
        column: &Column,
    ) -> Vec<PhasedStep> {
        let is_validated = column.not_null_constraint.as_ref().is_none_or(|constraint| constraint.validated);
        // Nobody looks at the rows of a foreign table.
        let is_checked = is_validated && !self.sides.desired.catalog.is_foreign(address);
        let hazard = Hazard {
            kind: HazardKind::MayFail,
            object: address.clone(),
            detail: "rows without a value stop it".to_owned(),
        };
        let name = &column.name;
        // What is only said again comes back with the table above.
        let was = lineage::find(self.sides.current.whole, table, name).is_some_and(|column| column.not_null);
        let back = if was { String::new() } else { self.drop_not_null(&self.sides.current, table, name) };
        let step = Step {
            sql: column::set_not_null(table, column),
            object: address.clone(),
            action: Action::Alter,
            hazards: is_checked.then_some(hazard).into_iter().collect(),
            rollback: Rollback::Sql(back),
            verify: is_checked
                .then(|| format!("SELECT count(*) = 0 FROM {table} WHERE {}", self.sides.desired.is_empty(column))),
        };
        let comment = column.not_null_constraint.as_ref().and_then(|it| column::not_null_comment(table, it));
        std::iter::once((step, Phase::Expand)).chain(comment.map(|sql| follow_up(sql, address))).collect()
    }

    /// A new sequence behind a column that holds values starts after them.
    fn advance_new_sequence(&self, sequence: &ObjectAddress) -> Option<PhasedStep> {
        let name = sequence.qualified_name()?;
        let body = self.sides.desired.catalog.sequences.get(&name)?;
        let (table, column) = body.owned_by.as_ref()?;
        let owner = ObjectAddress::part(ObjectKind::Column, table, column.clone());
        let is_new = self.fate(sequence) == Some(Fate::Create);
        let holds_values =
            self.sides.current.column(&owner).is_some() && !self.fates.is_gone(&Unit::Object(owner.clone()));
        let is_used = self.sides.desired.needs_of(&Unit::Default(owner.clone())).any(|need| need.address() == sequence);
        (is_new && holds_values && is_used)
            .then(|| follow_up(sequence::advance(&name, &body.options, table, column), &owner))
    }

    fn aside(&self, address: &ObjectAddress) -> Vec<PhasedStep> {
        let name = self.aside_identifier(address);
        let sql = format!("ALTER {} {} RENAME TO {name}", type_word(address), sql_name(address));
        let undo = format!("ALTER {} {} RENAME TO {}", type_word(address), self.aside_name(address), address.name);
        let step = Step {
            sql,
            object: address.clone(),
            action: Action::Rename,
            hazards: self.removed_values(address),
            rollback: Rollback::Sql(undo),
            verify: None,
        };
        let mut steps = vec![(step, Phase::Expand)];
        steps.extend(self.range_aside(address).into_iter().map(|sql| {
            let mut step = follow_up(sql, address);
            step.0.action = Action::Rename;
            step
        }));
        steps
    }

    /// A range type has a multirange type, and both have functions of their names that build their values.
    fn range_aside(&self, address: &ObjectAddress) -> Vec<String> {
        let side = self.sides.current.catalog;
        let range = address.qualified_name().and_then(|name| side.ranges.get(&name));
        let Some(range) = range.filter(|_| address.kind == ObjectKind::Range) else { return Vec::new() };
        let multirange = ObjectAddress::object(ObjectKind::Range, &range.multirange);
        let (old, old_multirange) = (self.aside_name(address), self.aside_identifier(&multirange));
        let subtype = &range.subtype.text;
        let mut statements = vec![format!("ALTER TYPE {} RENAME TO {old_multirange}", range.multirange)];
        let mut rename = |function: String, arguments: String, to: &str| {
            statements.push(format!("ALTER FUNCTION {function}({arguments}) RENAME TO {to}"));
        };
        let to = self.aside_identifier(address);
        for arguments in [format!("{subtype}, {subtype}"), format!("{subtype}, {subtype}, text")] {
            rename(sql_name(address), arguments, &to);
        }
        for arguments in [String::new(), old.clone(), format!("VARIADIC {old}[]")] {
            rename(range.multirange.to_string(), arguments, &old_multirange);
        }
        statements
    }

    fn removed_values(&self, address: &ObjectAddress) -> Vec<Hazard> {
        let Some(name) = address.qualified_name() else { return Vec::new() };
        let (current, desired) =
            (self.sides.current.catalog.enums.get(&name), self.sides.desired.catalog.enums.get(&name));
        let (Some(current), Some(desired)) = (current, desired) else { return Vec::new() };
        current
            .values
            .iter()
            .filter(|value| !desired.values.contains(value))
            .map(|value| Hazard {
                kind: HazardKind::DropEnumValue,
                object: ObjectAddress::part(ObjectKind::Enum, &name, value.as_str()),
                detail: "rows that hold it stop the migration".to_owned(),
            })
            .collect()
    }

    pub(super) fn aside_name(&self, address: &ObjectAddress) -> String {
        let name = self.aside_identifier(address);
        address.schema.as_ref().map_or_else(|| name.clone(), |schema| format!("{schema}.{name}"))
    }

    /// A name that neither side has.
    fn aside_identifier(&self, address: &ObjectAddress) -> String {
        let is_taken = |name: &str| {
            let name =
                QualifiedName { schema: address.schema.clone().unwrap_or_else(|| "public".into()), name: name.into() };
            let defined = ObjectAddress::object(address.kind, &name);
            let has = |side: &Side| side.type_address(&name).is_some() || side.catalog.defined.contains_key(&defined);
            has(&self.sides.current) || has(&self.sides.desired)
        };
        let name = address.name.as_str();
        let stem = &name[..name.floor_char_boundary(55)];
        let free = std::iter::once(format!("{stem}__old"))
            .chain((2..).map(|number| format!("{stem}__old{number}")))
            .find(|name| !is_taken(name));
        quote_identifier(&free.unwrap_or_default())
    }
}

/// A statement that belongs to a creation: undoing that undoes this too.
pub(crate) fn follow_up(sql: String, address: &ObjectAddress) -> PhasedStep {
    let step = Step {
        sql,
        object: address.clone(),
        action: Action::Alter,
        hazards: Vec::new(),
        rollback: Rollback::Sql(String::new()),
        verify: None,
    };
    (step, Phase::Expand)
}

pub(super) fn type_word(address: &ObjectAddress) -> &'static str {
    if address.kind == ObjectKind::Domain {
        "DOMAIN"
    } else if address.kind == ObjectKind::Defined(DefinedKind::Collation) {
        "COLLATION"
    } else {
        "TYPE"
    }
}

/// A query that is true once the object is there.
fn exists(address: &ObjectAddress) -> Option<String> {
    let name = quote_literal(&sql_name(address));
    match address.kind {
        ObjectKind::Schema => Some(format!("SELECT to_regnamespace({name}) IS NOT NULL")),
        ObjectKind::Enum | ObjectKind::Domain | ObjectKind::Composite | ObjectKind::Range => {
            Some(format!("SELECT to_regtype({name}) IS NOT NULL"))
        }
        ObjectKind::Sequence | ObjectKind::Table | ObjectKind::View | ObjectKind::MaterializedView => {
            Some(format!("SELECT to_regclass({name}) IS NOT NULL"))
        }
        ObjectKind::Index => {
            let name = quote_literal(&crate::emit::sql::index_name(address));
            Some(format!("SELECT indisvalid FROM pg_catalog.pg_index WHERE indexrelid = to_regclass({name})"))
        }
        ObjectKind::Routine => {
            let signature = quote_literal(&crate::emit::sql::routine_signature(address).to_string());
            Some(format!("SELECT to_regprocedure({signature}) IS NOT NULL"))
        }
        ObjectKind::Column | ObjectKind::Attribute => {
            Some(format!("SELECT EXISTS ({})", attribute_query(&address.qualified_name()?, address.part.as_ref()?)))
        }
        ObjectKind::Extension
        | ObjectKind::DomainConstraint
        | ObjectKind::Constraint
        | ObjectKind::Trigger
        | ObjectKind::Defined(_) => None,
    }
}

pub(super) fn attribute_query(table: &QualifiedName, column: &Identifier) -> String {
    format!(
        "SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass({}) AND attname = {} AND NOT attisdropped",
        quote_literal(&table.to_string()),
        quote_literal(column.as_str()),
    )
}
