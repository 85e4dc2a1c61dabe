//! Whether a column of a range table entry is never NULL.

use super::reason::Reason;
use super::scope::Scope;
use super::total::is_total;
use super::{FunctionFact, Proof};
use crate::query::tree::Node;

/// `RTEKind`, src/include/nodes/parsenodes.h.
const RELATION: i64 = 0;
const SUBQUERY: i64 = 1;
const JOIN: i64 = 2;
const FUNCTION: i64 = 3;
const VALUES: i64 = 5;
const CTE: i64 = 6;
const GROUP: i64 = 9;

fn may_be_null(what: impl Into<String>) -> Proof {
    Err(Reason::new(what))
}

impl<'q> Scope<'q> {
    pub(super) fn variable(&self, variable: &Node) -> Proof {
        let levels = variable.number("varlevelsup").unwrap_or_default();
        let (Some(scope), Some(entry), Some(column)) =
            (self.up(levels), variable.number("varno"), variable.number("varattno"))
        else {
            return may_be_null("it comes from a query that is not known");
        };
        if variable.number("varreturningtype").is_some_and(|which| which != 0) {
            return may_be_null("OLD and NEW have no values where there is no such row");
        }
        scope.place(entry, column)
    }

    /// A column of a range table entry of this query.
    fn place(&self, number: i64, column: i64) -> Proof {
        let Some(entry) = self.entry(number) else { return may_be_null("it comes from nothing that is known") };
        let name = entry.node("eref").and_then(|alias| alias.word("aliasname")).unwrap_or("?");
        if self.is_merge() {
            return may_be_null(format!("{name} may have no row for this one in MERGE"));
        }
        if self.known.contains(&(number, column)) {
            return Ok(());
        }
        if self.nulled.get(&number).is_some_and(|joins| !joins.is_empty()) {
            return may_be_null(format!("{name} is on the side of an outer join that may have no row"));
        }
        self.unjoined(number, entry, column, name)
    }

    /// The same, where no outer join nulled the entry.
    fn unjoined(&self, number: i64, entry: &'q Node, column: i64, name: &str) -> Proof {
        let place = usize::try_from(column).ok().and_then(|column| column.checked_sub(1));
        match (entry.number("rtekind").unwrap_or(-1), place) {
            (RELATION, _) => self.of_relation(number, entry, column),
            // A whole row is a value, whatever is in it.
            (SUBQUERY | JOIN | VALUES | CTE, None) => Ok(()),
            (SUBQUERY, Some(place)) => {
                let Some(query) = entry.node("subquery") else { return may_be_null(format!("{name} is unknown")) };
                let inner = Scope::new(query, self.facts, Some(self));
                inner.column(place).map_err(|reason| reason.from(format!("a column of {name} may be NULL")))
            }
            (JOIN, Some(place)) => match entry.nodes("joinaliasvars").nth(place) {
                Some(from) => self.merged(number, from),
                None => may_be_null(format!("{name} has no such column")),
            },
            (VALUES, Some(place)) => {
                let mut cells = entry.lists("values_lists").map(|row| row.get(place).copied());
                cells.try_for_each(|cell| match cell {
                    Some(cell) => self.proof(cell),
                    None => may_be_null("a row of VALUES is too short"),
                })
            }
            (CTE, Some(place)) => self.common(entry, place),
            (FUNCTION, Some(place)) => self.of_function(entry, place),
            (GROUP, Some(place)) => match entry.nodes("groupexprs").nth(place) {
                Some(expression) => self.proof(expression),
                None => may_be_null("it is not grouped by"),
            },
            (_, _) => may_be_null(format!("nothing is known of the columns of {name}")),
        }
    }

    fn of_relation(&self, number: i64, entry: &'q Node, column: i64) -> Proof {
        let oid = entry.number("relid").and_then(|oid| u32::try_from(oid).ok());
        let Some(relation) = oid.and_then(|oid| self.facts.relations.get(&oid)) else {
            return may_be_null("it comes from a relation that is not known");
        };
        // System columns and whole rows.
        if column <= 0 {
            let is_stored = relation.view.is_none();
            return if is_stored || column == 0 { Ok(()) } else { may_be_null("a view has no system columns") };
        }
        let Some(fact) = relation.columns.get(&column) else { return may_be_null("there is no such column") };
        let name = format!("{}.{}", relation.name, fact.name);
        if let (Some(view), true) = (&relation.view, number != self.target()) {
            let inner = Scope::new(view, self.facts, None);
            let place = usize::try_from(column - 1).unwrap_or_default();
            return inner.column(place).map_err(|reason| reason.from(format!("{name} may be NULL")));
        }
        match (fact.not_null, entry.is("inh"), fact.not_null_below) {
            (true, false, _) | (true, true, true) => Ok(()),
            (true, true, false) => may_be_null(format!("{name} is not NOT NULL in every table below")),
            (false, _, _) => may_be_null(format!("{name} is not NOT NULL")),
        }
    }

    /// A column that a join merged: in a full join one of both sides has it.
    fn merged(&self, join: i64, from: &'q Node) -> Proof {
        let proof = self.proof(from);
        if proof.is_ok() || !matches!(from.name.as_str(), "COALESCE" | "COALESCEEXPR") {
            return proof;
        }
        let mut scope = self.clone();
        scope.nulled.values_mut().for_each(|nulling| nulling.retain(|(by, _)| *by != join));
        let sides: Vec<Proof> = from.nodes("args").map(|side| scope.proof(side)).collect();
        if sides.len() == 2 && sides.iter().all(Result::is_ok) { Ok(()) } else { proof }
    }

    fn common(&self, entry: &'q Node, place: usize) -> Proof {
        let name = entry.word("ctename").unwrap_or_default();
        let levels = entry.number("ctelevelsup").unwrap_or_default();
        let Some(home) = self.up(levels) else { return may_be_null(format!("{name} is not known")) };
        let expression = home.query.nodes("cteList").find(|cte| cte.word("ctename") == Some(name));
        let Some((expression, query)) = expression.and_then(|cte| Some((cte, cte.node("ctequery")?))) else {
            return may_be_null(format!("{name} is not known"));
        };
        let assumption = (std::ptr::from_ref(query).addr(), place);
        if self.assumed.contains(&assumption) {
            return Ok(());
        }
        let is_plain = !expression.has("search_clause") && !expression.has("cycle_clause");
        let mut home = home.clone();
        if expression.is("cterecursive") && is_plain {
            home.assumed.insert(assumption);
        }
        let inner = Scope::new(query, home.facts, Some(&home));
        if place >= inner.output().count() {
            return may_be_null(format!("{name} has columns that SEARCH or CYCLE makes"));
        }
        inner.column(place).map_err(|reason| reason.from(format!("a column of {name} may be NULL")))
    }

    fn of_function(&self, entry: &'q Node, place: usize) -> Proof {
        let mut functions = entry.nodes("functions");
        let only = functions.next().filter(|_| functions.next().is_none());
        let count = |function: &Node| function.number("funccolcount").and_then(|count| usize::try_from(count).ok());
        let columns: usize = entry.nodes("functions").filter_map(count).sum();
        if place == columns && entry.is("funcordinality") {
            return Ok(());
        }
        let Some(expression) = only.and_then(|function| function.node("funcexpr")) else {
            return may_be_null("the shorter of several functions is filled up with NULL");
        };
        if expression.name != "FUNCEXPR" || columns != 1 {
            return may_be_null("what the function returns may hold NULL");
        }
        let oid = expression.number("funcid").and_then(|oid| u32::try_from(oid).ok());
        let fact = oid.and_then(|oid| self.facts.functions.get(&oid)).cloned().unwrap_or_default();
        let FunctionFact { name, .. } = &fact;
        if !is_total(&fact) {
            return may_be_null(format!("{name}() may return NULL"));
        }
        // A set-returning function that is strict has no rows where an argument is NULL.
        if expression.is("funcretset") && fact.strict {
            return Ok(());
        }
        expression.nodes("args").try_for_each(|argument| self.proof(argument))
    }
}
