//! New columns for which PostgreSQL writes the whole table anew.

use crate::catalog::{Column, Domain, Generated, GeneratedKind, ObjectAddress};
use crate::plan::steps::Emitter;
use crate::plan::{Hazard, HazardKind};

impl Emitter<'_> {
    /// Why a new column of an existing table has the table written anew, if it does; `with_default` tells whether its
    /// default comes along with it.
    pub(super) fn rewrite_by(&self, address: &ObjectAddress, column: &Column, with_default: bool) -> Option<Hazard> {
        let is_volatile = with_default && self.sides.desired.facts.volatile_defaults.contains(address);
        let why = match &column.generated {
            _ if column.identity.is_some() => "each row gets a value of its sequence",
            Some(Generated { kind: GeneratedKind::Stored, expression: _ }) => "the value of each row is computed",
            Some(Generated { kind: GeneratedKind::Virtual, expression: _ }) => return None,
            None if is_volatile => "its default is computed for each row",
            None if self.has_checked_domain(column) => "its domain has constraints",
            None => return None,
        };
        let detail = format!(
            "{why}: the table and its indexes are written anew under ACCESS EXCLUSIVE, nobody reads or writes it meanwhile"
        );
        let object = self.sides.desired.owner(address)?;
        Some(Hazard { kind: HazardKind::Rewrite, object, detail })
    }

    /// Whether the type of the column is a domain that asks something of its values, or stands on one that does.
    fn has_checked_domain(&self, column: &Column) -> bool {
        let find = |name| self.sides.desired.catalog.domains.get(name);
        let mut domain = find(&column.data_type.name).filter(|_| !column.data_type.array);
        while let Some(Domain { data_type, not_null, constraints, .. }) = domain {
            if *not_null || !constraints.is_empty() {
                return true;
            }
            domain = find(&data_type.name).filter(|_| !data_type.array);
        }
        false
    }
}
