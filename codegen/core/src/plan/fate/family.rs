//! What becomes of indexes of partitions because of what happens above them.

use crate::catalog::{ObjectAddress, ObjectKind};
use crate::plan::descent::lookalikes;
use crate::plan::fate::{Closure, Fate};
use crate::plan::unit::Unit;

impl Closure<'_> {
    /// An index that is to stay the partition's own is built anew where one above would take it over.
    pub(super) fn lookalikes(&mut self) {
        let comes = |fate: Option<Fate>| matches!(fate, Some(Fate::Create | Fate::Replace));
        for name in self.sides.desired.catalog.tables.keys() {
            let joins = Unit::Parentage(ObjectAddress::object(ObjectKind::Table, name));
            for (own, upper) in lookalikes(self.sides, name) {
                let own = Unit::Object(own);
                let is_looked_for = comes(self.fates.get(&joins)) || comes(self.fates.get(&Unit::Object(upper)));
                if is_looked_for && self.sides.current.has(&own) && self.sides.desired.has(&own) {
                    self.go(own, Fate::Replace);
                }
            }
        }
    }
}
