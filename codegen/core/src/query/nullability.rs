//! Which columns of a query are never NULL: proven on PostgreSQL's own analysis, so that a column is `T` only where no
//! row can ever hold NULL there.
//!
//! In: the tree of an analysed query ([`super::tree`]) and what the server says of the relations and functions in it.
//! Out: for each column a proof, or the reason why there is none. Whatever is not known here may be NULL. Rows that were
//! nulled by an outer join come back where a condition holds only for those that were not.

mod condition;
mod expression;
mod joins;
mod reason;
mod relation;
mod scope;
mod total;

use std::collections::BTreeMap;

pub use reason::Reason;
pub use total::is_total;

use super::tree::Node;
use scope::Scope;

/// Whether something is never NULL, else why it may be.
pub type Proof = Result<(), Reason>;

/// What the server says of what a query uses.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Relations by their oid.
    pub relations: BTreeMap<u32, RelationFact>,
    /// Functions by their oid, those behind operators and aggregates too.
    pub functions: BTreeMap<u32, FunctionFact>,
    /// Which parameters are never NULL; those that are not named here may be.
    pub parameters: Vec<bool>,
}

/// A relation.
#[derive(Clone, Debug, Default)]
pub struct RelationFact {
    /// Its name, as one reads it.
    pub name: String,
    /// The columns by their number.
    pub columns: BTreeMap<i64, ColumnFact>,
    /// The analysed query of a view.
    pub view: Option<Node>,
}

/// A column of a relation.
#[derive(Clone, Debug, Default)]
pub struct ColumnFact {
    /// Its name.
    pub name: String,
    /// Whether the relation's own rows never hold NULL there.
    pub not_null: bool,
    /// Whether those of the tables below it never do.
    pub not_null_below: bool,
}

/// A function.
#[derive(Clone, Debug, Default)]
pub struct FunctionFact {
    /// Its name.
    pub name: String,
    /// Whether it comes with PostgreSQL.
    pub built_in: bool,
    /// Whether it is NULL as soon as one argument is.
    pub strict: bool,
    /// Whether a B-tree or hash operator class of PostgreSQL's own compares values by it.
    pub compares: bool,
    /// What its arguments are, as `format_type` prints them.
    pub arguments: Vec<String>,
}

/// A column that a query returns.
#[derive(Clone, Debug)]
pub struct OutputColumn {
    /// Its name.
    pub name: String,
    /// Whether it is never NULL.
    pub proof: Proof,
    /// The relation and the column that it comes from unchanged.
    pub origin: Option<(u32, i64)>,
}

/// The columns that a query returns, in their order.
#[must_use]
pub fn columns(query: &Node, facts: &Facts) -> Vec<OutputColumn> {
    let scope = Scope::new(query, facts, None);
    scope
        .output()
        .enumerate()
        .map(|(place, target)| OutputColumn {
            name: target.word("resname").unwrap_or("?column?").to_owned(),
            proof: scope.column(place),
            origin: scope.origin(target),
        })
        .collect()
}

/// What there is to say of a query whose tree the server does not keep.
#[must_use]
pub fn unknown() -> Reason {
    Reason::new("the server does not say how it understood the query")
}

/// The relations that a tree reads, and the functions that it calls, by their oids.
#[must_use]
pub fn used(query: &Node) -> (Vec<u32>, Vec<u32>) {
    let (mut relations, mut functions) = (Vec::new(), Vec::new());
    query.walk(&mut |node| {
        let oid = |field: &str| node.number(field).and_then(|oid| u32::try_from(oid).ok()).filter(|oid| *oid != 0);
        relations.extend(oid("relid"));
        for field in ["funcid", "opfuncid", "aggfnoid", "winfnoid"] {
            functions.extend(oid(field));
        }
    });
    for oids in [&mut relations, &mut functions] {
        oids.sort_unstable();
        oids.dedup();
    }
    (relations, functions)
}
