//! Whether an expression is never NULL.

use super::condition::{holds, is_built_in, is_not_true};
use super::reason::Reason;
use super::scope::Scope;
use super::total::{is_always, is_total, is_total_aggregate, is_total_in_group, is_total_window};
use super::{FunctionFact, Proof};
use crate::query::tree::Node;

/// `SubLinkType`, src/include/nodes/primnodes.h.
const EXISTS: i64 = 0;
const ARRAY: i64 = 6;
const EXPRESSION: i64 = 4;
const ANY: i64 = 2;
const ALL: i64 = 1;

/// `ParamKind`, src/include/nodes/primnodes.h.
const PARAM_EXTERN: i64 = 0;
const PARAM_SUBLINK: i64 = 2;

/// `SVFOP_CURRENT_SCHEMA`, src/include/nodes/primnodes.h: there may be none.
const CURRENT_SCHEMA: i64 = 14;

/// `JSCTOR_JSON_OBJECT` and `JSCTOR_JSON_ARRAY`, src/include/nodes/primnodes.h.
const JSON_CONSTRUCTORS: [i64; 2] = [1, 2];

/// `FRAMEOPTION_NONDEFAULT`, src/include/nodes/parsenodes.h: every other frame has the current row in it.
const OTHER_FRAME: i64 = 1;

fn may_be_null(what: impl Into<String>) -> Proof {
    Err(Reason::new(what))
}

impl<'q> Scope<'q> {
    pub(super) fn proof(&self, expression: &'q Node) -> Proof {
        let argument = |field: &str| self.field(expression, field);
        match expression.name.as_str() {
            "VAR" => self.variable(expression),
            "CONST" if expression.is("constisnull") => may_be_null("NULL is written there"),
            "CONST" | "NULLTEST" | "BOOLEANTEST" | "DISTINCTEXPR" | "GROUPINGFUNC" | "NEXTVALUEEXPR" | "ARRAY"
            | "ARRAYEXPR" | "ROW" | "ROWEXPR" | "MERGESUPPORTFUNC" => Ok(()),
            "PARAM" => self.parameter(expression),
            "FUNCEXPR" => self.call(expression, "funcid", expression.is("funcretset")),
            "OPEXPR" => self.call(expression, "opfuncid", expression.is("opretset")),
            "SCALARARRAYOPEXPR" => self.array_comparison(expression),
            "BOOLEXPR" | "ROWCOMPARE" | "ROWCOMPAREEXPR" => self.all_parts(expression),
            "COALESCE" | "COALESCEEXPR" | "MINMAX" | "MINMAXEXPR" => self.any_part(expression),
            "CASE" | "CASEEXPR" => self.case(expression),
            "AGGREF" => self.aggregate(expression),
            "WINDOWFUNC" => self.window(expression),
            "SUBLINK" => self.subquery(expression),
            "COERCEVIAIO" if !is_built_in(expression, "resulttype") => {
                may_be_null("it is read as a type whose input function may return NULL")
            }
            "RELABELTYPE" | "COERCEVIAIO" | "COERCETODOMAIN" | "ARRAYCOERCEEXPR" | "COLLATE" | "COLLATEEXPR"
            | "CONVERTROWTYPEEXPR" | "NAMEDARGEXPR" => argument("arg"),
            "JSONISPREDICATE" => argument("expr"),
            "SQLVALUEFUNCTION" if expression.number("op") != Some(CURRENT_SCHEMA) => Ok(()),
            "JSONCONSTRUCTOREXPR" if expression.number("type").is_some_and(|it| JSON_CONSTRUCTORS.contains(&it)) => {
                Ok(())
            }
            "NULLIFEXPR" | "NULLIF" => may_be_null("NULLIF is NULL where both are equal"),
            "FIELDSELECT" => may_be_null("an attribute of a composite value may be NULL"),
            "SUBSCRIPTINGREF" => may_be_null("an element may be NULL, or not be there"),
            "SQLVALUEFUNCTION" => may_be_null("there may be no current schema"),
            other => may_be_null(format!("nothing is known of {}", other.to_lowercase())),
        }
    }

    pub(super) fn field(&self, expression: &'q Node, field: &str) -> Proof {
        expression.node(field).map_or_else(|| may_be_null("it has no value"), |inner| self.proof(inner))
    }

    fn all_parts(&self, expression: &'q Node) -> Proof {
        let fields = ["args", "largs", "rargs"];
        fields.iter().flat_map(|field| expression.nodes(field)).try_for_each(|part| self.proof(part))
    }

    fn any_part(&self, expression: &'q Node) -> Proof {
        let mut last = Reason::new("it has no argument");
        for part in expression.nodes("args") {
            match self.proof(part) {
                Ok(()) => return Ok(()),
                Err(reason) => last = reason,
            }
        }
        Err(last.from("every argument may be NULL, the last too"))
    }

    fn parameter(&self, expression: &Node) -> Proof {
        let number = expression.number("paramid").unwrap_or_default();
        let place = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
        let is_given = place.and_then(|place| self.facts.parameters.get(place)).is_some_and(|given| *given);
        match expression.number("paramkind") {
            // A column of the subquery around which the comparison stands, which is looked at by itself.
            Some(PARAM_SUBLINK) => Ok(()),
            Some(PARAM_EXTERN) if is_given => Ok(()),
            Some(_) | None => may_be_null(format!("parameter ${number} may be NULL")),
        }
    }

    fn function(&self, expression: &Node, field: &str) -> FunctionFact {
        let oid = expression.number(field).and_then(|oid| u32::try_from(oid).ok());
        oid.and_then(|oid| self.facts.functions.get(&oid)).cloned().unwrap_or_default()
    }

    fn call(&self, expression: &'q Node, field: &str, is_set: bool) -> Proof {
        let function = self.function(expression, field);
        let several = || self.output().filter(|target| is_set_returning(target)).count() > 1;
        if is_set && several() {
            return may_be_null("the shorter of several sets of rows is filled up with NULL");
        }
        if !is_total(&function) {
            return may_be_null(format!("{}() may return NULL", function.name));
        }
        if is_always(&function) && !expression.is("funcvariadic") {
            return Ok(());
        }
        self.all_parts(expression)
            .map_err(|reason| reason.from(format!("an argument of {}() may be NULL", function.name)))
    }

    /// `x = ANY (ARRAY[…])`: NULL where x is, or where nothing fits and an element is.
    fn array_comparison(&self, expression: &'q Node) -> Proof {
        let function = self.function(expression, "opfuncid");
        if !is_total(&function) {
            return may_be_null(format!("{}() may return NULL", function.name));
        }
        let mut arguments = expression.nodes("args");
        arguments.next().map_or(Ok(()), |scalar| self.proof(scalar))?;
        match arguments.next() {
            Some(array) if matches!(array.name.as_str(), "ARRAY" | "ARRAYEXPR") => {
                array.nodes("elements").try_for_each(|element| self.proof(element))
            }
            Some(_) | None => may_be_null("an element of the array may be NULL"),
        }
    }

    fn case(&self, expression: &'q Node) -> Proof {
        // Each branch knows that none before it was taken.
        let mut scope = self.clone();
        for when in expression.nodes("args") {
            let Some((condition, result)) = when.node("expr").zip(when.node("result")) else {
                return may_be_null("a branch of CASE has no result");
            };
            let branch = scope.given(holds(&scope, condition));
            branch.proof(result).map_err(|reason| reason.from("a branch of CASE may be NULL"))?;
            scope = scope.given(is_not_true(&scope, condition));
        }
        match expression.node("defresult") {
            Some(otherwise) => scope.proof(otherwise).map_err(|reason| reason.from("ELSE may be NULL")),
            None => may_be_null("CASE without ELSE is NULL where nothing fits"),
        }
    }

    fn aggregate(&self, expression: &'q Node) -> Proof {
        let function = self.function(expression, "aggfnoid");
        if is_total_aggregate(&function) {
            return Ok(());
        }
        let name = &function.name;
        if expression.number("agglevelsup") != Some(0) {
            return may_be_null(format!("{name}() is made of the rows of a query around this one"));
        }
        if expression.has("aggfilter") {
            return may_be_null(format!("{name}() with FILTER is NULL where no row passes"));
        }
        if !self.has_groups() {
            return may_be_null(format!("{name}() of no row is NULL, and there is no GROUP BY"));
        }
        let Some(wants) = is_total_in_group(&function) else {
            return may_be_null(format!("{name}() may be NULL for rows that are there"));
        };
        let arguments = expression.nodes("args").filter_map(|target| target.node("expr"));
        arguments
            .take(wants)
            .try_for_each(|argument| self.proof(argument))
            .map_err(|reason| reason.from(format!("{name}() is NULL where no row has a value")))
    }

    fn window(&self, expression: &'q Node) -> Proof {
        let function = self.function(expression, "winfnoid");
        if is_total_aggregate(&function) {
            return Ok(());
        }
        let name = &function.name;
        let arguments = || expression.nodes("args").try_for_each(|argument| self.proof(argument));
        let frames = self.query.nodes("windowClause");
        let frame = frames.into_iter().find(|window| window.number("winref") == expression.number("winref"));
        let has_row = frame.and_then(|frame| frame.number("frameOptions")).is_some_and(|it| it & OTHER_FRAME == 0);
        let count = expression.nodes("args").count();
        let is_proven = is_total_window(&function, count)
            || has_row
                && !expression.has("aggfilter")
                && (is_total_in_group(&function).is_some() || ["first_value", "last_value"].contains(&name.as_str()));
        if !is_proven {
            return may_be_null(format!("{name}() may find no row, or no value"));
        }
        arguments().map_err(|reason| reason.from(format!("an argument of {name}() may be NULL")))
    }

    fn subquery(&self, expression: &'q Node) -> Proof {
        let Some(query) = expression.node("subselect") else { return may_be_null("the subquery is unknown") };
        match expression.number("subLinkType") {
            Some(EXISTS | ARRAY) => Ok(()),
            Some(EXPRESSION) => {
                let inner = Scope::new(query, self.facts, Some(self));
                inner.has_a_row().map_err(|why| Reason::new(format!("a subquery without a row is NULL: {why}")))?;
                inner.column(0).map_err(|reason| reason.from("what the subquery returns may be NULL"))
            }
            Some(ANY | ALL) => {
                self.field(expression, "testexpr")
                    .map_err(|reason| reason.from("what is compared with the subquery may be NULL"))?;
                let inner = Scope::new(query, self.facts, Some(self));
                (0..inner.output().count())
                    .try_for_each(|place| inner.column(place))
                    .map_err(|reason| reason.from("what the subquery returns may be NULL"))
            }
            Some(_) | None => may_be_null("nothing is known of this kind of subquery"),
        }
    }

    /// Whether a query surely returns a row, else why it may not.
    fn has_a_row(&self) -> Result<(), &'static str> {
        let query = self.query;
        let is_filtered = ["havingQual", "limitCount", "limitOffset", "setOperations"].iter().any(|it| query.has(it));
        if is_filtered || query.is("hasTargetSRFs") {
            return Err("HAVING, LIMIT, OFFSET or a set operation may leave none");
        }
        if query.is("hasAggs") {
            let is_plain = !query.has("groupClause") && !self.has_grouping_sets();
            return if is_plain { Ok(()) } else { Err("GROUP BY makes none of no rows") };
        }
        let tree = query.node("jointree");
        let has_source = tree.is_some_and(|tree| tree.has("fromlist") || tree.node("quals").is_some());
        if has_source { Err("nothing proves that it finds one") } else { Ok(()) }
    }
}

fn is_set_returning(target: &Node) -> bool {
    let mut found = false;
    target.walk(&mut |node| found |= node.is("funcretset") || node.is("opretset"));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unknown_may_be_null() {
        let (query, facts) = (Node::default(), super::super::Facts::default());
        let scope = Scope::new(&query, &facts, None);
        let other = Node { name: "NEWTHING".to_owned(), ..Node::default() };
        assert_eq!(scope.proof(&other).unwrap_err().to_string(), "nothing is known of newthing");
    }
}
