//! The calls of `query!` in the sources of a workspace.
//!
//! In: the Rust files of the cargo workspace. Out: the queries that their calls hold, by their keys in the certificate. A
//! file that does not mention the macro is read and no more; nothing is compiled.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use lockstep_core::diagnostic::Diagnostic;
use lockstep_core::query::call::Head;
use lockstep_core::query::{InlineQuery, Literal, inline};
use lockstep_core::settings::manifest;
use lockstep_core::source::SourceFile;
use lockstep_core::workspace::{Workspace, normalise};
use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::pipeline::queries::Queries;
use crate::stop::Stop;

/// The queries of the calls that are about a workspace, by their keys: all that stand in its cargo workspace. A text that
/// stands in several calls has the reason to scan that one of them gives.
///
/// # Errors
/// What is wrong with a text, at its place; a folder that cannot be read.
pub fn read(workspace: &Workspace) -> Result<Queries, Stop> {
    let manifest = manifest(&workspace.root);
    let folder = manifest.as_deref().and_then(Path::parent).unwrap_or(&workspace.root);
    read_in(folder, workspace)
}

/// The same, of another folder of sources.
///
/// # Errors
/// As [`read`].
pub fn read_in(folder: &Path, workspace: &Workspace) -> Result<Queries, Stop> {
    let (mut queries, mut wrong) = (Queries::new(), Vec::new());
    for path in rust_files(folder)? {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        if !text.contains(MACRO) {
            continue;
        }
        let shown = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        let file = SourceFile::new(shown, normalise(text));
        for (root, literal) in calls(&file.text) {
            if !is_about(workspace, &path, root.as_deref()) {
                continue;
            }
            match inline::read(&file, &literal) {
                Ok(InlineQuery { key, text }) => {
                    let scan = text.scan.clone();
                    let known = queries.entry(key).or_insert(text);
                    known.scan = known.scan.take().or(scan);
                }
                Err(diagnostics) => wrong.extend::<Vec<Diagnostic>>(diagnostics),
            }
        }
    }
    if wrong.is_empty() { Ok(queries) } else { Err(wrong.into()) }
}

/// What a file with a call holds, as rustfmt writes it.
const MACRO: &str = "query!";

/// The Rust files below a folder, sorted; not what is built, and nothing that is hidden.
fn rust_files(folder: &Path) -> Result<Vec<PathBuf>, Stop> {
    let (mut files, mut pending) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = pending.pop() {
        let entries = fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
        for entry in entries {
            let entry = entry.with_context(|| format!("cannot read {}", folder.display()))?;
            let name = entry.file_name();
            let is_left_out = name == "target" || name == "node_modules" || name.as_encoded_bytes().starts_with(b".");
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && !is_left_out => pending.push(entry.path()),
                Ok(kind) if kind.is_file() && name.as_encoded_bytes().ends_with(b".rs") => files.push(entry.path()),
                Ok(_) | Err(_) => {}
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Whether a call in a file is about this workspace: the nearest one above, or the folder that `root = "…"` names.
fn is_about(workspace: &Workspace, file: &Path, root: Option<&str>) -> bool {
    let Some(nearest) = file.parent().and_then(Workspace::find) else { return root.is_none() };
    let named = nearest.root.join(root.unwrap_or_default());
    named.canonicalize().is_ok_and(|named| workspace.root.canonicalize().is_ok_and(|own| own == named))
}

/// The calls in a source: the `root` of each, and its text. What does not lex is not compiled either.
fn calls(source: &str) -> Vec<(Option<String>, Literal)> {
    let mut found = Vec::new();
    if let Ok(tokens) = source.parse::<TokenStream>() {
        let is_foreign = imports_another(&tokens);
        visit(tokens, is_foreign, &mut |head| {
            let range = head.sql.span().byte_range();
            found.extend(Literal::read(source, range).map(|literal| (head.root.map(|root| root.value()), literal)));
        });
    }
    proc_macro2::extra::invalidate_current_thread_spans();
    found
}

fn visit(tokens: TokenStream, is_foreign: bool, tell: &mut impl FnMut(Head)) {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    for (place, tree) in trees.iter().enumerate() {
        let TokenTree::Group(group) = tree else { continue };
        if is_call(&trees[..place], is_foreign)
            && let Ok(head) = Head::of(group.stream())
        {
            tell(head);
        }
        visit(group.stream(), is_foreign, tell);
    }
}

/// Whether tokens end in `query!` or `lockstep::query!`; `sqlx::query!` is another macro.
fn is_call(before: &[TokenTree], is_foreign: bool) -> bool {
    let [path @ .., name, mark] = before else { return false };
    if !is_word(name, "query") || !is_sign(mark, '!') {
        return false;
    }
    match path {
        [.., package, first, second] if is_sign(first, ':') && is_sign(second, ':') => is_word(package, "lockstep"),
        _ => !is_foreign,
    }
}

fn is_word(tree: &TokenTree, word: &str) -> bool {
    matches!(tree, TokenTree::Ident(ident) if ident == word)
}

fn is_sign(tree: &TokenTree, sign: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == sign)
}

/// Whether a file uses the `query` of another crate: `use sqlx::query`.
fn imports_another(tokens: &TokenStream) -> bool {
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let mut statements = trees.split(|tree| is_sign(tree, ';'));
    statements.any(|statement| {
        let Some(place) = statement.iter().position(|tree| is_word(tree, "use")) else { return false };
        let path = &statement[place + 1..];
        let first = path.iter().find(|tree| matches!(tree, TokenTree::Ident(_)));
        let is_ours =
            ["lockstep", "crate", "self", "super"].iter().any(|ours| first.is_some_and(|it| is_word(it, ours)));
        !is_ours && names_query(path)
    })
}

fn names_query(path: &[TokenTree]) -> bool {
    path.iter().enumerate().any(|(place, tree)| match tree {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
            names_query(&group.stream().into_iter().collect::<Vec<_>>())
        }
        tree => is_word(tree, "query") && !path.get(place + 1).is_some_and(|next| is_sign(next, ':')),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(source: &str) -> Vec<String> {
        calls(source).into_iter().map(|(_, literal)| literal.value).collect()
    }

    #[test]
    fn calls_are_found_wherever_they_stand() {
        let source = r##"
            // query!("in a comment")
            const TEXT: &str = "query!(\"in a text\")";
            async fn f(db: &Client) {
                let a = lockstep::query!("SELECT 1 AS a", id).one(db).await?;
                tokio::select! { b = query!(Summary, r#"SELECT 2 AS "b""#) => {} }
                vec![::lockstep::query! { root = "other", "SELECT 3 AS c", x = query!("SELECT 4 AS d") }];
                sqlx::query!("SELECT 5");
                query!(text);
            }
        "##;
        let expected = ["SELECT 1 AS a", "SELECT 2 AS \"b\"", "SELECT 3 AS c", "SELECT 4 AS d"];
        assert_eq!(found(source), expected);
    }

    #[test]
    fn the_macro_of_another_crate_is_left_alone() {
        assert_eq!(found("use sqlx::{Pool, query}; fn f() { query!(\"SELECT 1\"); }"), [""; 0]);
        assert_eq!(found("use lockstep::query; fn f() { query!(\"SELECT 1\"); }"), ["SELECT 1"]);
        assert_eq!(found("use sqlx::query::Query; fn f() { query!(\"SELECT 1\"); }"), ["SELECT 1"]);
    }
}
