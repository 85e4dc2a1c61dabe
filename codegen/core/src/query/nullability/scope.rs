//! A query and the queries around it: what its range table entries are, and which of its columns are proven.

use std::collections::{BTreeMap, BTreeSet};

use super::joins::{Nulling, nulled};
use super::reason::Reason;
use super::{Facts, Proof, condition};
use crate::query::tree::Node;

/// A column of a range table entry: its number, the column's number.
pub(super) type Place = (i64, i64);

/// `CmdType`, src/include/nodes/nodes.h.
pub(super) const SELECT: i64 = 1;
const UPDATE: i64 = 2;
const INSERT: i64 = 3;
const MERGE: i64 = 5;

/// `SetOperation`, src/include/nodes/parsenodes.h.
const UNION: i64 = 1;
const INTERSECT: i64 = 2;

/// A query, with what is known in it.
#[derive(Clone)]
pub(super) struct Scope<'q> {
    pub(super) query: &'q Node,
    pub(super) facts: &'q Facts,
    pub(super) outer: Option<&'q Scope<'q>>,
    pub(super) entries: Vec<&'q Node>,
    /// The outer joins that may null a range table entry.
    pub(super) nulled: BTreeMap<i64, BTreeSet<Nulling>>,
    /// Columns that a condition proves.
    pub(super) known: BTreeSet<Place>,
    /// Columns of recursive common table expressions that are being proven, by the address of their query: references
    /// to themselves are taken for proven, because a row of theirs comes from rows that came before.
    pub(super) assumed: BTreeSet<(usize, usize)>,
}

impl<'q> Scope<'q> {
    pub(super) fn new(query: &'q Node, facts: &'q Facts, outer: Option<&'q Scope<'q>>) -> Self {
        let nulled = nulled(query);
        let assumed = outer.map(|outer| outer.assumed.clone()).unwrap_or_default();
        let entries = query.nodes("rtable").collect();
        let mut scope = Self { query, facts, outer, entries, nulled, known: BTreeSet::new(), assumed };
        scope.known = condition::of_query(&scope);
        scope.bring_back();
        scope
    }

    /// The same where one more condition holds.
    pub(super) fn given(&self, known: impl IntoIterator<Item = Place>) -> Self {
        let mut scope = self.clone();
        scope.known.extend(known);
        scope.bring_back();
        scope
    }

    /// What has a value in some column was not nulled, nor was what the same join would have nulled with it.
    fn bring_back(&mut self) {
        let there: BTreeSet<Nulling> =
            self.known.iter().flat_map(|(entry, _)| self.nulled.get(entry).into_iter().flatten().copied()).collect();
        for nulling in self.nulled.values_mut() {
            nulling.retain(|join| !there.contains(join));
        }
    }

    pub(super) fn command(&self) -> i64 {
        self.query.number("commandType").unwrap_or_default()
    }

    /// The entry that a statement writes to.
    pub(super) fn target(&self) -> i64 {
        self.query.number("resultRelation").unwrap_or_default()
    }

    /// Whether conditions hold for the row that is returned, not only for the one that was there.
    pub(super) fn keeps(&self, entry: i64) -> bool {
        !(matches!(self.command(), UPDATE | INSERT | MERGE) && entry == self.target())
    }

    pub(super) fn is_merge(&self) -> bool {
        self.command() == MERGE
    }

    pub(super) fn has_grouping_sets(&self) -> bool {
        self.query.has("groupingSets")
    }

    /// Whether each row stands for at least one row of a group.
    pub(super) fn has_groups(&self) -> bool {
        self.query.has("groupClause") && !self.has_grouping_sets()
    }

    pub(super) fn entry(&self, number: i64) -> Option<&'q Node> {
        self.entries.get(usize::try_from(number).ok()?.checked_sub(1)?).copied()
    }

    /// The query around, so many levels up.
    pub(super) fn up(&self, levels: i64) -> Option<&Self> {
        let mut scope = self;
        for _ in 0..levels {
            scope = scope.outer?;
        }
        Some(scope)
    }

    /// What the query returns.
    pub(super) fn output(&self) -> impl Iterator<Item = &'q Node> + use<'q> {
        let list = if self.command() == SELECT { "targetList" } else { "returningList" };
        self.query.nodes(list).filter(|target| !target.is("resjunk"))
    }

    /// The column of the output at this place, from 0.
    pub(super) fn column(&self, place: usize) -> Proof {
        if let Some(operation) = self.query.node("setOperations") {
            return self.of_set_operation(operation, place);
        }
        let Some(target) = self.output().nth(place) else { return Err(Reason::new("there is no such column")) };
        let Some(expression) = target.node("expr") else { return Err(Reason::new("it has no expression")) };
        // They leave out whatever is grouped by, constants too.
        if self.has_grouping_sets() && !matches!(expression.name.as_str(), "AGGREF" | "GROUPINGFUNC") {
            return Err(Reason::new("GROUPING SETS, ROLLUP and CUBE leave out what they do not group by"));
        }
        self.proof(expression)
    }

    /// The relation and the column that an output column is, unchanged.
    pub(super) fn origin(&self, target: &Node) -> Option<(u32, i64)> {
        let table = u32::try_from(target.number("resorigtbl")?).ok().filter(|table| *table != 0)?;
        Some((table, target.number("resorigcol")?))
    }

    fn of_set_operation(&self, operation: &'q Node, place: usize) -> Proof {
        if operation.name == "RANGETBLREF" {
            let entry = operation.number("rtindex").and_then(|number| self.entry(number));
            let query = entry.and_then(|entry| entry.node("subquery"));
            let Some(query) = query else { return Err(Reason::new("a branch of the set operation is unknown")) };
            return Scope::new(query, self.facts, Some(self)).column(place);
        }
        let branch = |field: &str| match operation.node(field) {
            Some(branch) => self.of_set_operation(branch, place),
            None => Err(Reason::new("a branch of the set operation is unknown")),
        };
        match operation.number("op") {
            Some(UNION) => branch("larg").and_then(|()| branch("rarg")),
            Some(INTERSECT) => branch("larg").or_else(|_| branch("rarg")),
            Some(_) | None => branch("larg"),
        }
    }
}
