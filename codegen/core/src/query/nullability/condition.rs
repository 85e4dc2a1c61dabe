//! What a condition proves where it is true: whatever would make it NULL has a value.

use std::collections::BTreeSet;

use super::joins::is_inner;
use super::scope::{Place, Scope};
use crate::query::tree::Node;

/// `BoolTestType` and `NullTestType`, src/include/nodes/primnodes.h.
const IS_NULL: i64 = 0;
const IS_NOT_NULL: i64 = 1;
const PROVING_TESTS: [i64; 3] = [0, 2, 5];

/// What holds for every row of a query: `WHERE`, and the conditions of inner joins that no outer join is around.
pub(super) fn of_query(scope: &Scope<'_>) -> BTreeSet<Place> {
    let mut known = BTreeSet::new();
    // A row of MERGE may come from either side alone.
    if !scope.is_merge() {
        scope.query.node("jointree").into_iter().for_each(|tree| of_tree(scope, tree, &mut known));
    }
    known.retain(|(entry, _)| scope.keeps(*entry));
    known
}

fn of_tree(scope: &Scope<'_>, tree: &Node, known: &mut BTreeSet<Place>) {
    if tree.name == "RANGETBLREF" || tree.name == "JOINEXPR" && !is_inner(tree) {
        return;
    }
    known.extend(tree.node("quals").map(|quals| holds(scope, quals)).unwrap_or_default());
    tree.nodes("fromlist").for_each(|item| of_tree(scope, item, known));
    ["larg", "rarg"].iter().filter_map(|side| tree.node(side)).for_each(|side| of_tree(scope, side, known));
}

/// The columns that have a value where the condition is true.
pub(super) fn holds(scope: &Scope<'_>, condition: &Node) -> BTreeSet<Place> {
    match condition.name.as_str() {
        "BOOLEXPR" => {
            let parts = condition.nodes("args").map(|part| holds(scope, part));
            match condition.word("boolop") {
                Some("and") => parts.flatten().collect(),
                Some("or") => parts.reduce(|a, b| &a & &b).unwrap_or_default(),
                // NOT x is true where x is false, which is not NULL either.
                Some(_) | None => condition.nodes("args").flat_map(|part| fails(scope, part)).collect(),
            }
        }
        "NULLTEST" if condition.number("nulltesttype") == Some(IS_NOT_NULL) && !condition.is("argisrow") => {
            of_node(scope, condition, "arg")
        }
        "BOOLEANTEST" if condition.number("booltesttype").is_some_and(|test| PROVING_TESTS.contains(&test)) => {
            of_node(scope, condition, "arg")
        }
        "SCALARARRAYOPEXPR" if condition.is("useOr") && is_strict(scope, condition, "opfuncid") => {
            condition.nodes("args").flat_map(|operand| needed(scope, operand)).collect()
        }
        // x IN (SELECT …) is true for a match only.
        "SUBLINK" if condition.number("subLinkType") == Some(2) => {
            condition.node("testexpr").map(|test| holds(scope, test)).unwrap_or_default()
        }
        _ => needed(scope, condition),
    }
}

/// The columns that have a value where the condition is false.
pub(super) fn fails(scope: &Scope<'_>, condition: &Node) -> BTreeSet<Place> {
    match condition.name.as_str() {
        "BOOLEXPR" => {
            let parts = condition.nodes("args").map(|part| fails(scope, part));
            match condition.word("boolop") {
                Some("or") => parts.flatten().collect(),
                Some("and") => parts.reduce(|a, b| &a & &b).unwrap_or_default(),
                Some(_) | None => condition.nodes("args").flat_map(|part| holds(scope, part)).collect(),
            }
        }
        "NULLTEST" if condition.number("nulltesttype") == Some(IS_NULL) && !condition.is("argisrow") => {
            of_node(scope, condition, "arg")
        }
        _ => needed(scope, condition),
    }
}

/// The columns that have a value where a condition is not true, be it false or NULL.
pub(super) fn is_not_true(scope: &Scope<'_>, condition: &Node) -> BTreeSet<Place> {
    match condition.name.as_str() {
        "BOOLEXPR" => {
            let parts = condition.nodes("args").map(|part| is_not_true(scope, part));
            match condition.word("boolop") {
                Some("or") => parts.flatten().collect(),
                Some("and") => parts.reduce(|a, b| &a & &b).unwrap_or_default(),
                Some(_) | None => BTreeSet::new(),
            }
        }
        "NULLTEST" => fails(scope, condition),
        _ => BTreeSet::new(),
    }
}

fn of_node(scope: &Scope<'_>, node: &Node, field: &str) -> BTreeSet<Place> {
    node.node(field).map(|node| needed(scope, node)).unwrap_or_default()
}

/// The columns without which the expression is NULL.
pub(super) fn needed(scope: &Scope<'_>, expression: &Node) -> BTreeSet<Place> {
    let arguments = || expression.nodes("args").flat_map(|argument| needed(scope, argument)).collect();
    match expression.name.as_str() {
        "VAR" => {
            let is_own = expression.number("varlevelsup") == Some(0);
            let place = expression.number("varno").zip(expression.number("varattno"));
            // A whole row may have no value in it.
            place
                .filter(|(_, column)| is_own && *column != 0)
                .into_iter()
                .flat_map(|place| alias(scope, place))
                .collect()
        }
        "FUNCEXPR" if is_strict(scope, expression, "funcid") && !expression.is("funcretset") => arguments(),
        "OPEXPR" if is_strict(scope, expression, "opfuncid") && !expression.is("opretset") => arguments(),
        "RELABELTYPE" | "COLLATE" | "COLLATEEXPR" | "COERCETODOMAIN" => of_node(scope, expression, "arg"),
        // The input function of a type of somebody else's may make something of NULL.
        "COERCEVIAIO" if is_built_in(expression, "resulttype") => of_node(scope, expression, "arg"),
        // Only what is known to be strict counts: everything else may have a value without them.
        _ => BTreeSet::new(),
    }
}

/// The column itself, and what a join of that name takes it from.
fn alias(scope: &Scope<'_>, place: Place) -> Vec<Place> {
    let joined = scope
        .entry(place.0)
        .filter(|entry| entry.has("joinaliasvars"))
        .and_then(|entry| entry.nodes("joinaliasvars").nth(usize::try_from(place.1).ok()?.checked_sub(1)?));
    match joined {
        Some(from) => std::iter::once(place).chain(needed(scope, from)).collect(),
        None => vec![place],
    }
}

/// The first oid that PostgreSQL gives to what users create: `FirstNormalObjectId`, src/include/access/transam.h.
const FIRST_OF_USERS: i64 = 16384;

/// Whether the type in a field comes with PostgreSQL.
pub(super) fn is_built_in(node: &Node, field: &str) -> bool {
    node.number(field).is_some_and(|oid| oid < FIRST_OF_USERS)
}

fn is_strict(scope: &Scope<'_>, node: &Node, field: &str) -> bool {
    let oid = node.number(field).and_then(|oid| u32::try_from(oid).ok());
    oid.and_then(|oid| scope.facts.functions.get(&oid)).is_some_and(|function| function.strict)
}
