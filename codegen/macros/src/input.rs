//! What the macros take, where their files are, and how they fail.

use std::env;
use std::path::{Path, PathBuf};

use lockstep_core::build;
use lockstep_core::diagnostic::Diagnostic;
use lockstep_core::workspace::Workspace;
use proc_macro2::{Literal, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

/// What a macro was called with.
pub(crate) struct Input {
    /// The workspace whose files it brings in.
    pub(crate) workspace: Workspace,
    /// Where the build script wrote the accessors of this workspace, if it did.
    pub(crate) generated: Option<PathBuf>,
}

/// Runs a macro; its findings become a compile error at the call.
pub(crate) fn expand(tokens: TokenStream, macro_: fn(&Input) -> Result<TokenStream, Vec<Diagnostic>>) -> TokenStream {
    let (span, expanded) = match read(tokens) {
        Ok((input, span)) => (span, macro_(&input)),
        Err((span, diagnostic)) => (span, Err(vec![*diagnostic])),
    };
    expanded.unwrap_or_else(|diagnostics| {
        let message = build::few_lines(&diagnostics).join("\n");
        // Braces make it an item as well as an expression.
        quote_spanned!(span=> ::core::compile_error! { #message })
    })
}

type Failure = (Span, Box<Diagnostic>);

fn read(tokens: TokenStream) -> Result<(Input, Span), Failure> {
    let call = Span::call_site();
    let argument = root_argument(tokens)?;
    let span = argument.as_ref().map_or(call, |(_, span)| *span);
    let root = argument.map(|(root, _)| root);
    let workspace = workspace(root.as_deref()).map_err(|diagnostic| (span, diagnostic))?;
    let generated = if root.is_none() { generated() } else { None };
    Ok((Input { workspace, generated }, span))
}

/// The workspace of the crate that is compiled, or of another folder in it.
pub(crate) fn workspace(root: Option<&str>) -> Result<Workspace, Box<Diagnostic>> {
    let manifest = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
    let workspace = build::workspace(&manifest);
    let none = || Box::new(build::no_workspace(&manifest));
    match root {
        Some(root) => {
            let base = workspace.map(|workspace| workspace.root).or_else(|| locked(&manifest)).ok_or_else(none)?;
            Ok(Workspace::new(base.join(root)))
        }
        None => workspace.ok_or_else(none),
    }
}

/// The folder whose private server a crate's tests use: that of its workspace.
pub(crate) fn server_root() -> PathBuf {
    let manifest = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
    build::workspace(&manifest).map(|workspace| workspace.root).or_else(|| locked(&manifest)).unwrap_or(manifest)
}

/// The nearest folder with a `Cargo.lock`: the root of a cargo workspace that has no schema of its own.
fn locked(manifest: &Path) -> Option<PathBuf> {
    manifest.ancestors().find(|folder| folder.join("Cargo.lock").is_file()).map(Path::to_owned)
}

/// Where the build script of the crate that is compiled wrote the accessors: cargo watches their files then.
pub(crate) fn generated() -> Option<PathBuf> {
    let folder = PathBuf::from(env::var_os("OUT_DIR")?).join(build::FOLDER);
    folder.join(lockstep_core::emit::rust::ROOT).is_file().then_some(folder)
}

/// Reads nothing, or `root = "path"`.
fn root_argument(tokens: TokenStream) -> Result<Option<(String, Span)>, Failure> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let wrong = |span: Span| {
        let diagnostic = Diagnostic::error("unreadable-argument", "this macro takes nothing, or `root = \"path\"`");
        (span, Box::new(diagnostic))
    };
    match tokens.as_slice() {
        [] => Ok(None),
        [TokenTree::Ident(name), TokenTree::Punct(equals), TokenTree::Literal(path)]
            if name == "root" && equals.as_char() == '=' =>
        {
            let text = path.to_string();
            let path_text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
            path_text.map(|text| Some((text.replace("\\\\", "\\"), path.span()))).ok_or_else(|| wrong(path.span()))
        }
        [first, ..] => Err(wrong(first.span())),
    }
}

/// Makes the compiler read files again when they change: a macro alone cannot ask for that.
pub(crate) fn watch<'p>(workspace: &Workspace, paths: impl IntoIterator<Item = &'p str>) -> TokenStream {
    let watched = paths.into_iter().map(|path| {
        let path = Literal::string(&absolute(&workspace.root.join(path)));
        quote!(
            const _: &[u8] = ::core::include_bytes!(#path);
        )
    });
    quote!(#(#watched)*)
}

pub(crate) fn absolute(path: &Path) -> String {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).to_string_lossy().into_owned()
}
