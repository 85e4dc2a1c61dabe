//! Which range table entries an outer join may fill with NULL.

use std::collections::{BTreeMap, BTreeSet};

use crate::query::tree::Node;

/// A side of an outer join that may be nulled: the join's number, whether it is the right side.
pub(super) type Nulling = (i64, bool);

/// `JoinType`, src/include/nodes/nodes.h.
const LEFT: i64 = 1;
const FULL: i64 = 2;
const RIGHT: i64 = 3;

/// For each range table entry, and for each join, what may null it.
pub(super) fn nulled(query: &Node) -> BTreeMap<i64, BTreeSet<Nulling>> {
    let mut nulled = BTreeMap::new();
    if let Some(tree) = query.node("jointree") {
        visit(tree, &BTreeSet::new(), &mut nulled);
    }
    nulled
}

fn visit(tree: &Node, around: &BTreeSet<Nulling>, nulled: &mut BTreeMap<i64, BTreeSet<Nulling>>) {
    match tree.name.as_str() {
        "RANGETBLREF" => {
            nulled.insert(tree.number("rtindex").unwrap_or_default(), around.clone());
        }
        "JOINEXPR" => {
            let join = tree.number("rtindex").unwrap_or_default();
            nulled.insert(join, around.clone());
            let kind = tree.number("jointype").unwrap_or(FULL);
            for (field, is_right, kinds) in [("larg", false, [RIGHT, FULL]), ("rarg", true, [LEFT, FULL])] {
                let mut inside = around.clone();
                if kinds.contains(&kind) {
                    inside.insert((join, is_right));
                }
                tree.node(field).into_iter().for_each(|side| visit(side, &inside, nulled));
            }
        }
        _ => tree.nodes("fromlist").for_each(|item| visit(item, around, nulled)),
    }
}

/// Whether the join is one that nulls neither side.
pub(super) fn is_inner(join: &Node) -> bool {
    join.number("jointype") == Some(0)
}
