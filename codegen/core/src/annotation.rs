//! Annotations: comment lines of the schema files that say what SQL cannot.
//!
//! In: schema files. Out: what each annotation says, by the object directly below it. An annotation that is not known,
//! not complete or above nothing is an error, never ignored.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::catalog::{ObjectAddress, ObjectKind};
use crate::diagnostic::Diagnostic;
use crate::name::{Identifier, nearest};
use crate::rename::{Rename, RenameRequest};
use crate::source::{SourceFile, Span};
use crate::sql::{Definition, Lexer, Statement, Token, TokenKind, outline, split, unescape};

/// What the annotations of all schema files say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchemaAnnotations {
    /// `@renamed from=…`.
    pub renames: Vec<RenameRequest>,
    /// `@rust type=…`, by column, domain or attribute.
    pub rust: BTreeMap<ObjectAddress, (String, Span)>,
    /// `@rust newtype`, by domain.
    pub newtypes: BTreeMap<ObjectAddress, Span>,
    /// `@sensitive`, by column or domain.
    pub sensitive: BTreeMap<ObjectAddress, Span>,
    /// `@large`, by table.
    pub large: BTreeMap<ObjectAddress, Span>,
    /// `@using …`, by column.
    pub using: BTreeMap<ObjectAddress, (String, Span)>,
    /// `@backfill …`, by column.
    pub backfill: BTreeMap<ObjectAddress, (String, Span)>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum AnnotationKind {
    Renamed,
    Rust,
    Sensitive,
    Large,
    Using,
    Backfill,
}

struct AnnotationInfo {
    kind: AnnotationKind,
    name: &'static str,
    syntax: &'static str,
    above: &'static [ObjectKind],
    above_words: &'static str,
}

impl AnnotationInfo {
    fn is_for(&self, kind: ObjectKind) -> bool {
        let can_be_renamed = matches!(kind, ObjectKind::Defined(kind) if kind.info().can_be_renamed);
        self.above.contains(&kind) || (self.kind == AnnotationKind::Renamed && can_be_renamed)
    }
}

/// What `@rust` says above a domain that is to have a type of its own.
const NEWTYPE: &str = "newtype";

/// Every annotation.
const ANNOTATIONS: &[AnnotationInfo] = &[
    AnnotationInfo {
        kind: AnnotationKind::Renamed,
        name: "renamed",
        syntax: "@renamed from=old_name",
        above: &[
            ObjectKind::Table,
            ObjectKind::Column,
            ObjectKind::Enum,
            ObjectKind::Domain,
            ObjectKind::Index,
            ObjectKind::Constraint,
            ObjectKind::DomainConstraint,
            ObjectKind::Composite,
            ObjectKind::Attribute,
            ObjectKind::Sequence,
            ObjectKind::View,
            ObjectKind::MaterializedView,
        ],
        above_words: "a table, column, type, enum value, attribute, index, constraint, sequence, view, or what else has a name to change",
    },
    AnnotationInfo {
        kind: AnnotationKind::Rust,
        name: "rust",
        syntax: "@rust type=path::Type (above a domain also: @rust newtype)",
        above: &[ObjectKind::Column, ObjectKind::Domain, ObjectKind::Attribute],
        above_words: "a column, domain or attribute",
    },
    AnnotationInfo {
        kind: AnnotationKind::Sensitive,
        name: "sensitive",
        syntax: "@sensitive",
        above: &[ObjectKind::Column, ObjectKind::Domain],
        above_words: "a column or domain",
    },
    AnnotationInfo {
        kind: AnnotationKind::Large,
        name: "large",
        syntax: "@large",
        above: &[ObjectKind::Table],
        above_words: "a table",
    },
    AnnotationInfo {
        kind: AnnotationKind::Using,
        name: "using",
        syntax: "@using expression",
        above: &[ObjectKind::Column],
        above_words: "a column",
    },
    AnnotationInfo {
        kind: AnnotationKind::Backfill,
        name: "backfill",
        syntax: "@backfill expression",
        above: &[ObjectKind::Column],
        above_words: "a column",
    },
];

/// The annotations of the schema files.
///
/// # Errors
/// `unknown-annotation`, `malformed-annotation`, `duplicate-annotation`, `annotation-matches-nothing`,
/// `annotation-misplaced`; and what [`split`] finds.
pub fn read_annotations(files: &[Arc<SourceFile>]) -> Result<SchemaAnnotations, Vec<Diagnostic>> {
    let mut diagnostics = Vec::new();
    let mut found = Vec::new();
    for file in files {
        // Most files have none, and then nothing needs to be read twice.
        if !file.text.contains('@') {
            continue;
        }
        match split(file) {
            Ok(statements) => found.extend(annotations_of(file, &statements, &mut diagnostics)),
            Err(wrong) => diagnostics.extend(wrong),
        }
    }
    let annotations = collect(found, &mut diagnostics);
    if diagnostics.is_empty() { Ok(annotations) } else { Err(diagnostics) }
}

struct Annotation {
    info: &'static AnnotationInfo,
    value: String,
    span: Span,
    target: ObjectAddress,
}

fn annotations_of(
    file: &Arc<SourceFile>,
    statements: &[Statement],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Annotation> {
    let mut targets: Option<HashMap<usize, ObjectAddress>> = None;
    let mut annotations = Vec::new();
    let tokens: Vec<Token> = Lexer::new(&file.text, 0).map_while(Result::ok).collect();
    for (place, token) in tokens.iter().enumerate() {
        let span = Span { file: Arc::clone(file), range: token.range.clone() };
        let Some(text) = annotation_text(token, &span) else { continue };
        let (info, value) = match parse(text, &span) {
            Ok(parsed) => parsed,
            Err(diagnostic) => {
                diagnostics.push(diagnostic);
                continue;
            }
        };
        let targets = targets.get_or_insert_with(|| targets_of(statements));
        let target = place_below(&file.text, &tokens, place).and_then(|below| targets.get(&below));
        match target {
            Some(target) if info.is_for(target.kind) => {
                annotations.push(Annotation { info, value, span, target: target.clone() });
            }
            Some(target) => {
                let message = format!("`@{}` cannot stand above {target}", info.name);
                let hint = format!("it stands directly above {}", info.above_words);
                diagnostics.push(Diagnostic::error("annotation-misplaced", message).at(span).hint(hint));
            }
            None => diagnostics.push(matches_nothing(info, span)),
        }
    }
    annotations
}

fn matches_nothing(info: &AnnotationInfo, span: Span) -> Diagnostic {
    Diagnostic::error("annotation-matches-nothing", format!("`@{}` stands above nothing that it could mean", info.name))
        .at(span)
        .hint(format!("put it on a line of its own directly above {}", info.above_words))
}

/// What follows `-- @` in a line comment.
fn annotation_text<'a>(token: &Token, span: &'a Span) -> Option<&'a str> {
    if token.kind != TokenKind::LineComment {
        return None;
    }
    let text = span.text().strip_prefix("--")?.trim_start();
    text.strip_prefix('@').filter(|name| name.starts_with(|first: char| first.is_ascii_alphabetic()))
}

/// Where the element directly below a comment starts: nothing but other comment lines may stand between, and the
/// comment must have its line for itself.
fn place_below(text: &str, tokens: &[Token], place: usize) -> Option<usize> {
    let comment = &tokens[place];
    let line_start = text[..comment.range.start].rfind('\n').map_or(0, |newline| newline + 1);
    if !text[line_start..comment.range.start].trim().is_empty() {
        return None;
    }
    let mut end = comment.range.end;
    for token in &tokens[place + 1..] {
        if text[end..token.range.start].matches('\n').count() > 1 {
            return None;
        }
        // A list may be written with its commas in front.
        if !token.is_comment() && token.kind != TokenKind::Symbol(',') {
            return Some(token.range.start);
        }
        end = token.range.end;
    }
    None
}

/// From the byte at which an object's or a part's definition starts to the object.
fn targets_of(statements: &[Statement]) -> HashMap<usize, ObjectAddress> {
    let mut targets = HashMap::new();
    for statement in statements {
        let Some(Definition { address, name: _, creates, parts }) = outline(statement) else { continue };
        if creates {
            targets.insert(statement.span.range.start, address);
        }
        for part in parts {
            targets.entry(part.start).or_insert(part.address);
        }
    }
    targets
}

fn parse(text: &str, span: &Span) -> Result<(&'static AnnotationInfo, String), Diagnostic> {
    let name_end = text.find(|next: char| !next.is_ascii_alphanumeric() && next != '_' && next != '-');
    let (name, rest) = text.split_at(name_end.unwrap_or(text.len()));
    let Some(info) = ANNOTATIONS.iter().find(|info| info.name == name) else {
        let unknown = Diagnostic::error("unknown-annotation", format!("there is no annotation `@{name}`"));
        return Err(unknown.at(span.clone()).hint(match nearest(name, ANNOTATIONS.iter().map(|info| info.name)) {
            Some(known) => format!("did you mean `@{known}`?"),
            None => format!("there are {}", ANNOTATIONS.iter().map(|info| info.syntax).collect::<Vec<_>>().join(", ")),
        }));
    };
    let rest = rest.trim();
    let value = match info.kind {
        AnnotationKind::Renamed => rest.strip_prefix("from=").and_then(identifier),
        AnnotationKind::Rust => {
            let path = rest.strip_prefix("type=").map(str::trim).filter(|path| is_path(path));
            path.or_else(|| (rest == NEWTYPE).then_some("")).map(str::to_owned)
        }
        AnnotationKind::Sensitive | AnnotationKind::Large => rest.is_empty().then(String::new),
        AnnotationKind::Using | AnnotationKind::Backfill => {
            let is_expression = !rest.is_empty() && rest.trim_end_matches(';') == rest;
            is_expression.then(|| rest.to_owned())
        }
    };
    match value {
        Some(value) => Ok((info, value)),
        None => Err(Diagnostic::error("malformed-annotation", format!("`@{name}` is not complete as it stands here"))
            .at(span.clone())
            .hint(format!("write `-- {}`", info.syntax))),
    }
}

/// A name as SQL has it, bare or in double quotes.
fn identifier(text: &str) -> Option<String> {
    let text = text.trim();
    match text.strip_prefix('"') {
        Some(rest) => rest.strip_suffix('"').filter(|name| !name.is_empty()).map(|name| unescape(name, '"')),
        None => {
            let is_name =
                !text.is_empty() && !text.contains(|next: char| next.is_whitespace() || ".,;\"'=".contains(next));
            is_name.then(|| text.to_ascii_lowercase())
        }
    }
}

/// Whether it may be the path of a Rust type; the compiler says whether it is.
fn is_path(text: &str) -> bool {
    syn::parse_str::<syn::Type>(text).is_ok()
}

/// The annotation whose name is at most two edits away.
fn collect(found: Vec<Annotation>, diagnostics: &mut Vec<Diagnostic>) -> SchemaAnnotations {
    let mut annotations = SchemaAnnotations::default();
    let mut seen: BTreeSet<(AnnotationKind, ObjectAddress)> = BTreeSet::new();
    let mut renamed = Vec::new();
    for Annotation { info, value, span, target } in found {
        if !seen.insert((info.kind, target.clone())) {
            let twice = format!("`@{}` stands twice above {target}", info.name);
            diagnostics.push(Diagnostic::error("duplicate-annotation", twice).at(span).hint("keep one of them"));
            continue;
        }
        match info.kind {
            AnnotationKind::Renamed => renamed.push((target, Identifier(value), span)),
            AnnotationKind::Rust if !value.is_empty() => drop(annotations.rust.insert(target, (value, span))),
            AnnotationKind::Rust if target.kind == ObjectKind::Domain => {
                annotations.newtypes.insert(target, span);
            }
            AnnotationKind::Rust => {
                let message = format!("`@rust {NEWTYPE}` cannot stand above {target}");
                let misplaced = Diagnostic::error("annotation-misplaced", message).at(span);
                diagnostics.push(misplaced.hint("it stands directly above a domain"));
            }
            AnnotationKind::Sensitive => drop(annotations.sensitive.insert(target, span)),
            AnnotationKind::Large => drop(annotations.large.insert(target, span)),
            AnnotationKind::Using => drop(annotations.using.insert(target, (value, span))),
            AnnotationKind::Backfill => drop(annotations.backfill.insert(target, (value, span))),
        }
    }
    annotations.renames = renames(renamed);
    annotations
}

/// Turns new addresses with old names into old addresses with new names; the owner of a part may be renamed as well.
fn renames(renamed: Vec<(ObjectAddress, Identifier, Span)>) -> Vec<RenameRequest> {
    let owners: BTreeMap<(Option<Identifier>, Identifier), Identifier> = renamed
        .iter()
        .filter(|(target, ..)| target.part.is_none())
        .map(|(target, old, _)| ((target.schema.clone(), target.name.clone()), old.clone()))
        .collect();
    renamed
        .into_iter()
        .map(|(target, old, span)| {
            let old_owner = owners.get(&(target.schema.clone(), target.name.clone())).cloned();
            let (from, to) = match target.part.clone().filter(|_| target.kind.is_named_by_part()) {
                Some(part) => {
                    let name = old_owner.unwrap_or_else(|| target.name.clone());
                    (ObjectAddress { name, part: Some(old), ..target }, part)
                }
                None => (ObjectAddress { name: old, ..target.clone() }, target.name),
            };
            RenameRequest { rename: Rename { from, to }, span: Some(span) }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<SchemaAnnotations, Vec<Diagnostic>> {
        read_annotations(&[SourceFile::new("schema/a.sql", text)])
    }

    fn check_errors(text: &str, expected: &[&str]) {
        let shown: Vec<String> =
            read(text).unwrap_err().iter().map(|diagnostic| format!("{} {diagnostic}", diagnostic.code)).collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn annotations_belong_to_what_stands_below() {
        let found = read(
            "-- @renamed from=orders\n-- The orders.\nCREATE TABLE shop.\"order\" (\n  -- @sensitive\n  -- @rust type=crate::Note<i32>\n  \
             note jsonb\n  -- @renamed from=\"Old\"\n, fresh text,\n  -- @using total::numeric\n  -- @backfill 0\n  total numeric NOT NULL,\n  \
             -- @renamed from=k0\n  CONSTRAINT k UNIQUE (total)\n);\n-- @renamed from=i0\nCREATE INDEX i ON shop.\"order\" (total);\n\
             CREATE TYPE mood AS ENUM (\n -- @renamed from=sad\n 'blue');\n",
        )
        .unwrap();
        let renames: Vec<String> =
            found.renames.iter().map(|request| format!("{} -> {}", request.rename.from, request.rename.to.0)).collect();
        assert_eq!(
            renames,
            [
                "table shop.orders -> order",
                "column shop.orders.Old -> fresh",
                "constraint shop.orders.k0 -> k",
                "index shop.orders.i0 -> i",
                "enum public.mood.sad -> blue",
            ]
        );
        let shown = |entry: (&ObjectAddress, &(String, Span))| format!("{} {}", entry.0, entry.1.0);
        assert_eq!(found.rust.iter().map(shown).collect::<Vec<_>>(), ["column shop.order.note crate::Note<i32>"]);
        assert_eq!(found.using.iter().map(shown).collect::<Vec<_>>(), ["column shop.order.total total::numeric"]);
        assert_eq!(found.backfill.iter().map(shown).collect::<Vec<_>>(), ["column shop.order.total 0"]);
        assert_eq!(found.sensitive.len(), 1);
    }

    #[test]
    fn an_annotation_that_means_nothing_is_an_error() {
        check_errors(
            "CREATE TABLE t (\n  a int, -- @sensitive\n  -- @rename from=x\n  b int,\n  -- @sensitive\n\n  c int,\n  -- @using\n  d int\n);\n\
             -- @sensitive\nCREATE TABLE u ();\n-- @backfill 1\n",
            &[
                "annotation-matches-nothing schema/a.sql:2:10: `@sensitive` stands above nothing that it could mean\n  \
                 hint: put it on a line of its own directly above a column or domain",
                "unknown-annotation schema/a.sql:3:3: there is no annotation `@rename`\n  hint: did you mean `@renamed`?",
                "annotation-matches-nothing schema/a.sql:5:3: `@sensitive` stands above nothing that it could mean\n  \
                 hint: put it on a line of its own directly above a column or domain",
                "malformed-annotation schema/a.sql:8:3: `@using` is not complete as it stands here\n  \
                 hint: write `-- @using expression`",
                "annotation-misplaced schema/a.sql:11:1: `@sensitive` cannot stand above table public.u\n  \
                 hint: it stands directly above a column or domain",
                "annotation-matches-nothing schema/a.sql:13:1: `@backfill` stands above nothing that it could mean\n  \
                 hint: put it on a line of its own directly above a column",
            ],
        );
        check_errors(
            "-- @rust newtyp\nCREATE DOMAIN d AS int;\nCREATE TABLE t (\n  -- @rust newtype\n  a int);",
            &[
                "malformed-annotation schema/a.sql:1:1: `@rust` is not complete as it stands here\n  \
                 hint: write `-- @rust type=path::Type (above a domain also: @rust newtype)`",
                "annotation-misplaced schema/a.sql:4:3: `@rust newtype` cannot stand above column public.t.a\n  \
                 hint: it stands directly above a domain",
            ],
        );
        assert_eq!(read("-- @rust newtype\nCREATE DOMAIN d AS int;").unwrap().newtypes.len(), 1);
        check_errors(
            "-- @renamed from=a\n-- @renamed from=b\nCREATE TABLE t ();",
            &[
                "duplicate-annotation schema/a.sql:2:1: `@renamed` stands twice above table public.t\n  hint: keep one of them",
            ],
        );
    }

    #[test]
    fn other_comments_and_literals_are_no_annotations() {
        assert_eq!(
            read("-- mail: a@b\n/* @x */ SELECT '-- @y', $$\n-- @z\n$$;").unwrap(),
            SchemaAnnotations::default()
        );
    }
}
