//! The columns of tables that stay below their parents: what the statements about the parents make of them.

use crate::catalog::{Catalog, Column, ObjectAddress, ObjectKind, Table};
use crate::lineage::{Lineage, Place, find};
use crate::name::{Identifier, QualifiedName};

/// Brings the current columns of staying tables to where the changes of their parents lead.
pub(super) fn align(current: &Catalog, desired: &Catalog, aligned: &mut Catalog, lineage: &mut Lineage) {
    for (name, table) in &desired.tables {
        if !lineage.has_children(name) {
            continue;
        }
        let names = table.columns.iter().map(|column| &column.name);
        let varied = names.filter(|column| varies(current, desired, lineage, name, column));
        let varied: Vec<ObjectAddress> = varied.map(|column| address(name, column)).collect();
        lineage.varied_defaults.extend(varied);
    }
    let mut left: Vec<(ObjectAddress, ObjectAddress)> = Vec::new();
    for (name, parents) in lineage.stays.clone() {
        let (Some(before), Some(after)) = (current.tables.get(&name), desired.tables.get(&name)) else { continue };
        let sides = Sides { current, desired, parents: &parents };
        let mut columns = Vec::new();
        for column in &before.columns {
            let is_kept = after.columns.iter().any(|it| it.name == column.name);
            match (sides.inherited(current, &column.name), is_kept) {
                (true, false) => left.extend(sides.leave(&name, column, lineage)),
                // No parent keeps it, be it that another gets one: it is the table's own meanwhile.
                (true, true) if !sides.lasts(&column.name) => {
                    lineage.kept_below.extend(parents.iter().map(|parent| address(parent, &column.name)));
                    columns.push(column.clone());
                }
                (true, true) => {
                    columns.push(sides.carried(column, after, lineage));
                    sides.follow(&name, &column.name, lineage);
                }
                (false, _) => columns.push(column.clone()),
            }
        }
        for column in &after.columns {
            let is_new = !before.columns.iter().any(|it| it.name == column.name);
            if let Some(leader) = sides.leader(desired, &column.name).filter(|_| is_new) {
                columns.push(added(leader, column));
                sides.follow(&name, &column.name, lineage);
            }
        }
        if let Some(table) = aligned.tables.get_mut(&name) {
            table.columns = columns;
        }
    }
    keep_above(&left, lineage);
    // Where one table below keeps the column as its own, the parent's goes alone, and leaves it to the others too.
    for (above, below) in left.into_iter().filter(|(above, _)| lineage.kept_below.contains(above)) {
        let leftovers = lineage.leftovers.entry(above).or_default();
        if !leftovers.contains(&below) {
            leftovers.push(below);
        }
    }
}

/// What is kept below a column that follows another itself is kept below that too.
fn keep_above(left: &[(ObjectAddress, ObjectAddress)], lineage: &mut Lineage) {
    let mut pending: Vec<ObjectAddress> = lineage.kept_below.iter().cloned().collect();
    while let Some(kept) = pending.pop() {
        for (above, _) in left.iter().filter(|(_, below)| *below == kept) {
            if lineage.kept_below.insert(above.clone()) {
                pending.push(above.clone());
            }
        }
    }
}

fn address(table: &QualifiedName, column: &Identifier) -> ObjectAddress {
    ObjectAddress::part(ObjectKind::Column, table, column.clone())
}

/// Whether a table below has, now or then, another default than this one.
fn varies(current: &Catalog, desired: &Catalog, lineage: &Lineage, table: &QualifiedName, column: &Identifier) -> bool {
    let default = |catalog: &Catalog, table: &QualifiedName| find(catalog, table, column).map(|it| it.default.clone());
    if default(current, table).is_none() {
        return false;
    }
    lineage.staying_below(table).into_iter().any(|child| {
        [current, desired].into_iter().any(|catalog| {
            default(catalog, child).zip(default(catalog, table)).is_some_and(|(below, above)| below != above)
        })
    })
}

/// Both sides as they were, and the parents of the table in question.
struct Sides<'a> {
    current: &'a Catalog,
    desired: &'a Catalog,
    parents: &'a [QualifiedName],
}

impl<'a> Sides<'a> {
    fn leader(&self, catalog: &'a Catalog, column: &Identifier) -> Option<&'a Column> {
        self.parents.iter().find_map(|parent| find(catalog, parent, column))
    }

    /// Whether one of the parents has the column on both sides.
    fn lasts(&self, column: &Identifier) -> bool {
        let has = |catalog, parent| find(catalog, parent, column).is_some();
        self.parents.iter().any(|parent| has(self.current, parent) && has(self.desired, parent))
    }

    fn inherited(&self, catalog: &'a Catalog, column: &Identifier) -> bool {
        self.leader(catalog, column).is_some()
    }

    /// The parent's column goes and takes this one along, unless the table has it in its own right too. What needs it
    /// needs the parent's. Both columns, the parent's first.
    fn leave(
        &self,
        name: &QualifiedName,
        column: &Column,
        lineage: &mut Lineage,
    ) -> Option<(ObjectAddress, ObjectAddress)> {
        // The last of several to let go of it.
        let above = self.parents.iter().filter(|parent| find(self.current, parent, &column.name).is_some()).max()?;
        let (above, own) = (address(above, &column.name), address(name, &column.name));
        lineage.hidden.insert((Place::Current, own.clone()), above.clone());
        if column.local {
            lineage.leftovers.entry(above.clone()).or_default().push(own.clone());
        }
        Some((above, own))
    }

    fn follow(&self, name: &QualifiedName, column: &Identifier, lineage: &mut Lineage) {
        // A parent passes on the default of a column that it has already, or that comes for both.
        let is_new = find(self.current, name, column).is_none();
        let ancestors = self.ancestors(lineage, column).into_iter().chain(self.parents.iter().filter(|_| is_new));
        let is_same = ancestors.into_iter().any(|parent| {
            let default = |table| find(self.desired, table, column).map(|column| column.default.clone());
            let same = default(parent) == default(name);
            same && !lineage.varied_defaults.contains(&address(parent, column))
        });
        if is_same {
            lineage.same_defaults.insert(address(name, column));
        }
        let above = self.parents.iter().filter(|parent| find(self.desired, parent, column).is_some());
        lineage.above.insert(address(name, column), above.map(|parent| address(parent, column)).collect());
    }

    /// The column once the statements about the parents have run.
    fn carried(&self, column: &Column, table: &Table, lineage: &Lineage) -> Column {
        let mut carried = column.clone();
        let Some(desired) = table.columns.iter().find(|it| it.name == column.name) else { return carried };
        carried.data_type = desired.data_type.clone();
        carried.collation.clone_from(&desired.collation);
        for parent in self.ancestors(lineage, &column.name) {
            let pair = (find(self.current, parent, &column.name), find(self.desired, parent, &column.name));
            let (Some(before), Some(after)) = pair else { continue };
            if before.not_null != after.not_null {
                carried.not_null = after.not_null;
            }
            if before.generated != after.generated {
                carried.generated.clone_from(&desired.generated);
            }
            if !lineage.varied_defaults.contains(&address(parent, &column.name)) {
                carried.default.clone_from(&desired.default);
            }
        }
        carried
    }

    /// All tables above that have the column, those further up first.
    fn ancestors<'s>(&'s self, lineage: &'s Lineage, column: &Identifier) -> Vec<&'s QualifiedName> {
        let mut all: Vec<&QualifiedName> = Vec::new();
        let mut pending: Vec<&QualifiedName> = self.parents.iter().collect();
        while let Some(parent) = pending.pop() {
            if find(self.current, parent, column).is_some() && !all.contains(&parent) {
                all.push(parent);
                pending.extend(lineage.stays.get(parent).into_iter().flatten());
            }
        }
        all.reverse();
        all
    }
}

/// What `ADD COLUMN` of a parent makes below it.
fn added(leader: &Column, column: &Column) -> Column {
    Column {
        not_null: leader.not_null,
        default: leader.default.clone(),
        compression: leader.compression.clone(),
        identity: None,
        storage: None,
        statistics_target: None,
        options: crate::catalog::Options::default(),
        foreign_options: crate::catalog::Options::default(),
        local: false,
        comment: None,
        ..column.clone()
    }
}
