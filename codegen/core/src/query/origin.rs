//! Which columns the parameters of a query are compared with or written to: what tells an id from a number.

use std::collections::BTreeMap;

use super::tree::{Node, Value};

/// A column: the oid of its relation, its number.
pub type Column = (u32, i64);

/// The parameters by their numbers, with the column that each is for; those that stand for several have none.
#[must_use]
pub fn parameters(query: &Node) -> BTreeMap<i64, Column> {
    let mut found: BTreeMap<i64, Option<Column>> = BTreeMap::new();
    visit(query, &mut Vec::new(), &mut |parameter, column| {
        let entry = found.entry(parameter).or_insert(Some(column));
        if *entry != Some(column) {
            *entry = None;
        }
    });
    found.into_iter().filter_map(|(parameter, column)| Some((parameter, column?))).collect()
}

fn visit<'q>(node: &'q Node, around: &mut Vec<&'q Node>, tell: &mut impl FnMut(i64, Column)) {
    let is_query = node.name == "QUERY";
    if is_query {
        around.push(node);
        written(node, tell);
    }
    if matches!(node.name.as_str(), "OPEXPR" | "SCALARARRAYOPEXPR") {
        let operands: Vec<&Node> = node.nodes("args").map(bare).collect();
        if let [a, b] = operands.as_slice() {
            for (parameter, variable) in [(a, b), (b, a)] {
                let column = external(parameter).zip(column(variable, around));
                column.into_iter().for_each(|(parameter, column)| tell(parameter, column));
            }
        }
    }
    node.fields.values().for_each(|value| inside(value, around, tell));
    if is_query {
        around.pop();
    }
}

fn inside<'q>(value: &'q Value, around: &mut Vec<&'q Node>, tell: &mut impl FnMut(i64, Column)) {
    match value {
        Value::Node(node) => visit(node, around, tell),
        Value::List(items) => items.iter().for_each(|item| inside(item, around, tell)),
        Value::Words(_) => {}
    }
}

/// `INSERT INTO t VALUES ($1)` and `UPDATE t SET c = $1`: the target list is that of the table.
fn written(query: &Node, tell: &mut impl FnMut(i64, Column)) {
    let target = query.number("resultRelation").filter(|target| *target > 0);
    let Some(relation) = target.and_then(|target| relation(query, target)) else { return };
    for target in query.nodes("targetList") {
        let parameter = target.node("expr").map(bare).and_then(external);
        parameter
            .zip(target.number("resno"))
            .into_iter()
            .for_each(|(parameter, column)| tell(parameter, (relation, column)));
    }
}

/// Without what changes the type and not the value.
fn bare(mut node: &Node) -> &Node {
    while let ("RELABELTYPE", Some(inner)) = (node.name.as_str(), node.node("arg")) {
        node = inner;
    }
    node
}

fn external(node: &Node) -> Option<i64> {
    (node.name == "PARAM" && node.number("paramkind") == Some(0)).then(|| node.number("paramid"))?
}

fn column(node: &Node, around: &[&Node]) -> Option<Column> {
    if node.name != "VAR" {
        return None;
    }
    let levels = usize::try_from(node.number("varlevelsup")?).ok()?;
    let query = around.iter().rev().nth(levels)?;
    let number = node.number("varattno").filter(|number| *number > 0)?;
    Some((relation(query, node.number("varno")?)?, number))
}

fn relation(query: &Node, entry: i64) -> Option<u32> {
    let place = usize::try_from(entry).ok()?.checked_sub(1)?;
    let entry = query.nodes("rtable").nth(place).filter(|entry| entry.number("rtekind") == Some(0))?;
    entry.number("relid").and_then(|oid| u32::try_from(oid).ok())
}
