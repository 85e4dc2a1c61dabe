//! The statements that give a column another type: `ALTER COLUMN … TYPE`, and around it the casts that its values need.

use crate::catalog::{Column, ObjectAddress, ObjectKind};
use crate::diagnostic::Diagnostic;
use crate::emit::sql::column;
use crate::name::QualifiedName;
use crate::plan::conversion::{Conversion, RowCast, Using, conversion, default_storage, keeps_every_value};
use crate::plan::fate::{Fate, Sides};
use crate::plan::steps::{Emitter, PhasedStep, follow_up};
use crate::plan::unit::Unit;
use crate::plan::{Hazard, HazardKind, Rollback};

impl Emitter<'_> {
    pub(super) fn change_type(
        &self,
        address: &ObjectAddress,
        table: &QualifiedName,
        current: &Column,
        desired: &Column,
    ) -> Vec<PhasedStep> {
        if self.sides.desired.catalog.is_foreign(address) {
            let (mut step, phase) = follow_up(type_clause(table, desired, None), address);
            step.rollback = Rollback::Sql(type_clause(table, current, None));
            return vec![(step, phase)];
        }
        let catalogs = (self.sides.current.catalog, self.sides.desired.catalog);
        let is_new = |name: &QualifiedName| self.is_new_type(name);
        let old_name = |name: &QualifiedName| self.name_meanwhile(name);
        let chosen = self.options.using.get(address);
        let (from, to) = ((&current.data_type, &self.sides.current), (&desired.data_type, &self.sides.desired));
        let automatic = conversion(&current.name, from, to, &is_new, &old_name);
        let types = format!("{} to {}", current.data_type.text, desired.data_type.text);
        let hazard = |kind, detail: String| Hazard { kind, object: address.clone(), detail };
        let keeps = keeps_every_value(&current.data_type, &desired.data_type, catalogs);
        let hazards = match (chosen, &automatic) {
            (None, Conversion::Unasked(using)) => {
                vec![hazard(HazardKind::NoCast, format!("{types}, by `{}`", using.expression))]
            }
            (None, Conversion::Assignment | Conversion::Rebuilt(_) | Conversion::Unknown) if !keeps => {
                vec![hazard(HazardKind::ChangeType, types)]
            }
            (Some(_), _) | (None, Conversion::Assignment | Conversion::Rebuilt(_) | Conversion::Unknown) => Vec::new(),
        };
        let plain = |expression: &String| Using { expression: expression.clone(), casts: Vec::new() };
        let statements = self.conversion_statements(table, desired, chosen.map(plain).or_else(|| automatic.using()));
        let back = conversion(&current.name, to, from, &is_new, &QualifiedName::to_string);
        let rollback = match chosen {
            Some(expression) => {
                Rollback::Irreversible(format!("nobody said how to take back `{expression}` for {address}"))
            }
            None => {
                let mut undo = self.conversion_statements(table, current, back.using());
                // The new type took these along.
                let plain = Column { storage: None, compression: None, ..current.clone() };
                let storage = default_storage(&current.data_type, self.sides.current.catalog);
                let stored = column::details(&self.sides.current.only(table), &plain, current, storage);
                undo.extend(stored);
                Rollback::Sql(undo.join(";\n"))
            }
        };
        let mut steps: Vec<PhasedStep> = statements.into_iter().map(|sql| follow_up(sql, address)).collect();
        let is_main = |(step, _): &&mut PhasedStep| step.sql.starts_with("ALTER TABLE ");
        if let Some((step, _)) = steps.iter_mut().find(is_main) {
            (step.hazards, step.rollback) = (hazards, rollback);
        }
        steps
    }

    /// `ALTER COLUMN … TYPE … USING`, between what makes the casts that it needs and what drops them.
    fn conversion_statements(&self, table: &QualifiedName, column: &Column, using: Option<Using>) -> Vec<String> {
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for RowCast { from, to, expression } in using.iter().flat_map(|using| &using.casts) {
            let function = self.free_function(to);
            before.push(format!("CREATE FUNCTION {function}({from}) RETURNS {to} LANGUAGE sql RETURN {expression}"));
            before.push(format!("CREATE CAST ({from} AS {to}) WITH FUNCTION {function}({from})"));
            after.push(format!("DROP FUNCTION {function}({from})"));
            after.push(format!("DROP CAST ({from} AS {to})"));
        }
        before.push(type_clause(table, column, using.map(|using| using.expression)));
        before.extend(after.into_iter().rev());
        before
    }

    /// A name beside the type that no function has on either side.
    fn free_function(&self, type_: &QualifiedName) -> QualifiedName {
        let name = type_.name.as_str();
        let stem = &name[..name.floor_char_boundary(50)];
        let mut names = std::iter::once(format!("{stem}__cast")).chain((2..).map(|it| format!("{stem}__cast{it}")));
        let sides = [&self.sides.current, &self.sides.desired];
        let named = |name: String| type_.sibling(name);
        let is_taken =
            |name: &QualifiedName| sides.iter().any(|side| side.catalog.routines.keys().any(|it| it.name == *name));
        let free = names.find_map(|name| Some(named(name)).filter(|name| !is_taken(name)));
        free.expect("there are more numbers than functions")
    }

    /// What a type of the current side is called while columns change from it to another.
    fn name_meanwhile(&self, name: &QualifiedName) -> String {
        let aside = self.sides.current.type_address(name).filter(|address| self.fates.aside.contains(address));
        aside.map_or_else(|| name.to_string(), |address| self.aside_name(&address))
    }

    /// The columns that change their type in a way that nobody knows.
    pub(crate) fn unconvertible(&self) -> Vec<Diagnostic> {
        let Sides { current: before, desired: after, changes: _ } = self.sides;
        let is_new = |name: &QualifiedName| self.is_new_type(name);
        let mut diagnostics = Vec::new();
        for address in self.fates.converted.iter().filter(|address| !self.options.using.contains_key(address)) {
            let Some((current, desired)) = self.sides.columns(address) else { continue };
            if after.catalog.is_foreign(address) {
                continue;
            }
            let (from, to) = ((&current.data_type, before), (&desired.data_type, after));
            let is_row = current.data_type == desired.data_type && self.is_row_made_anew(&current.data_type.name);
            if is_row {
                let message = format!(
                    "{address} holds rows of {}, which has to be dropped and created anew",
                    current.data_type.text
                );
                let hint = "give the column a composite type of its own first";
                diagnostics.push(Diagnostic::error("row-type-in-use", message).about(address).hint(hint));
            } else if conversion(&current.name, from, to, &is_new, &QualifiedName::to_string) == Conversion::Unknown {
                let message = format!(
                    "the values of {address} cannot be turned from {} into {} without being told how",
                    current.data_type.text, desired.data_type.text
                );
                let hint = "write `-- @using expression` above it";
                diagnostics.push(Diagnostic::error("conversion-unknown", message).about(address).hint(hint));
            }
        }
        diagnostics
    }

    /// Whether a relation gives the type before or after, and what gives it before goes.
    fn is_row_made_anew(&self, data_type: &QualifiedName) -> bool {
        let sides = [&self.sides.current, &self.sides.desired];
        let [current, desired] = sides.map(|side| side.type_address(data_type));
        let is_relation = |address: &&ObjectAddress| {
            matches!(address.kind, ObjectKind::View | ObjectKind::MaterializedView | ObjectKind::Table)
        };
        let goes = current.as_ref().is_some_and(|address| self.fates.is_gone(&Unit::Object(address.clone())));
        goes && [&current, &desired].into_iter().flatten().any(|address| is_relation(&address))
    }

    /// Whether a new type takes the name of this one, or of one that it stands on.
    fn is_new_type(&self, name: &QualifiedName) -> bool {
        let Some(address) = self.sides.current.type_address(name) else { return false };
        let base = self.sides.current.catalog.domains.get(name).map(|domain| &domain.data_type.name);
        self.fate(&address) == Some(Fate::Replace) || base.is_some_and(|base| self.is_new_type(base))
    }
}

fn type_clause(table: &QualifiedName, column: &Column, using: Option<String>) -> String {
    let collate = column.collation.as_ref().map_or_else(String::new, |collation| format!(" COLLATE {collation}"));
    let using = using.map_or_else(String::new, |expression| format!(" USING {expression}"));
    column::alter(table, &column.name, &format!("TYPE {}{collate}{using}", column.data_type.text))
}
