//! `query!("SELECT …", …)`.

use std::str::FromStr as _;

use lockstep_core::diagnostic::Diagnostic;
use lockstep_core::emit::rust::{Code, Field, OUTPUT, READ, Typing};
use lockstep_core::query::call::Call;
use lockstep_core::query::inline::Answer;
use lockstep_core::query::{InlineQuery, Literal, Query, inline};
use lockstep_core::source::SourceFile;
use lockstep_core::workspace::Workspace;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::spanned::Spanned as _;
use syn::{Expr, LitStr, Path};

use crate::certified::{Certified, certified, watched};
use crate::input::workspace;
use crate::live;

pub(crate) fn expand(tokens: TokenStream) -> syn::Result<TokenStream> {
    let call: Call = syn::parse2(tokens)?;
    let workspace = found(call.root.as_ref(), call.sql.span())?;
    let text = read(&call.sql)?;
    let certified = certified(&workspace).map_err(|wrong| told(&wrong, call.sql.span()))?;
    let (query, code) = checked(&workspace, &certified, &text, &call.sql)?;
    let values = call.values(&text, &query)?;
    let watched = watched(&workspace);
    match &call.row {
        Some(row) => named(row, &call.sql, &code, &values, &watched),
        None => own(&call.sql, &code, &values, &watched),
    }
}

/// The workspace that a macro is about.
pub(crate) fn found(root: Option<&LitStr>, call: Span) -> syn::Result<Workspace> {
    let span = root.map_or(call, LitStr::span);
    workspace(root.map(LitStr::value).as_deref()).map_err(|wrong| told(&[*wrong], span))
}

/// Findings as a compile error.
pub(crate) fn told(diagnostics: &[Diagnostic], span: Span) -> syn::Error {
    syn::Error::new(span, lockstep_core::build::few_lines(diagnostics).join("\n"))
}

fn read(sql: &LitStr) -> syn::Result<InlineQuery> {
    let value = sql.value();
    let file = SourceFile::new("", value.as_str());
    inline::read(&file, &Literal::whole(&value)).map_err(|wrong| {
        let wrong: Vec<Diagnostic> = wrong.into_iter().map(inline::in_text).collect();
        told(&wrong, sql.span())
    })
}

/// What is known of the query: from the certificate, or else from the development server.
fn checked(
    workspace: &Workspace,
    certified: &Certified,
    text: &InlineQuery,
    sql: &LitStr,
) -> syn::Result<(Query, Code)> {
    if let (Some(query), Some(code)) = (certified.certificate.inline.get(&text.key), certified.calls.get(&text.key)) {
        let code = code.clone().map_err(|wrong| told(&wrong, sql.span()))?;
        return Ok((query.clone(), code));
    }
    match live::asked(workspace, &sql.value()) {
        Some(Answer::Taken(query)) => {
            let code = Typing::new(&certified.certificate, &certified.settings).code(&query);
            Ok((query, code.map_err(|wrong| told(&wrong, sql.span()))?))
        }
        Some(Answer::Refused(why)) => Err(syn::Error::new(sql.span(), why)),
        None => {
            let message = format!("this query is not in {}", Workspace::CERTIFICATE);
            let unknown = Diagnostic::error("uncertified-query", message).hint("run `cargo xtask db:generate`");
            Err(told(&[unknown], sql.span()))
        }
    }
}

/// The query with a row as it comes.
fn own(sql: &LitStr, code: &Code, values: &[&Expr], watched: &TokenStream) -> syn::Result<TokenStream> {
    let items = parsed(&code.own(), sql.span())?;
    // What takes the arguments is shown at the text: an argument that does not fit is shown at its own place.
    let query = quote_spanned!(sql.span()=> ({ #watched #items }));
    Ok(quote_spanned!(Span::call_site()=> #query(#(#values),*)))
}

/// The query whose rows a struct of the user's holds.
fn named(row: &Path, sql: &LitStr, code: &Code, values: &[&Expr], watched: &TokenStream) -> syn::Result<TokenStream> {
    let span = sql.span();
    if code.fields.is_empty() {
        return Err(syn::Error::new(row.span(), "the query returns no rows that a struct could hold"));
    }
    let (output, read) = (Ident::new(OUTPUT, Span::call_site()), Ident::new(READ, Span::call_site()));
    let of_user = Ident::new(OUTPUT, row.span());
    let (mut held, mut fields) = (Vec::new(), Vec::new());
    for (place, field) in code.fields.iter().enumerate() {
        let name = placed(parsed(&field.name, span)?, row.span());
        held.push(holds(row, &name, field)?);
        fields.push(quote_spanned!(row.span()=> #name: ::lockstep::access::get(row, #place)?));
    }
    let items = parsed(&code.named(), span)?;
    let redacted = code.fields.iter().filter(|field| field.sensitive).map(|field| redacted(row.span(), field));
    let trait_ = quote_spanned!(row.span()=> ::lockstep::access::OwnRow);
    let query = quote_spanned!(span=> ({
        #watched
        type #output = #row;
        const fn is_row<T: #trait_>() {}
        const _: () = is_row::<#of_user>();
        #(#held)*
        #(#redacted)*
        fn #read(row: &::lockstep::types::Row) -> ::core::result::Result<#output, ::lockstep::access::DecodeError> {
            ::core::result::Result::Ok(#of_user { #(#fields),* })
        }
        { #items }
    }));
    Ok(quote_spanned!(Span::call_site()=> #query(#(#values),*)))
}

/// That the field of a column is of its type: what the compiler says names the column.
fn holds(row: &Path, name: &TokenStream, field: &Field) -> syn::Result<TokenStream> {
    let span = row.span();
    let rust = parsed(&field.rust, span)?;
    let column = field.column.replace('{', "{{").replace('}', "}}");
    let message = format!("column `{column}` is `{{T}}`, and the field that is to hold it is `{{Self}}`");
    let output = Ident::new(OUTPUT, span);
    Ok(quote_spanned!(span=>
        const _: () = {
            #[diagnostic::on_unimplemented(message = #message, label = "is of another type")]
            trait Holds<T> {}
            #[diagnostic::do_not_recommend]
            impl<T> Holds<T> for T {}
            const fn field<F: Holds<#rust>>(_: fn(&#output) -> &F) {}
            field(|row| &row.#name);
        };
    ))
}

/// That the struct does not show a value that the schema calls sensitive.
fn redacted(span: Span, field: &Field) -> TokenStream {
    let name = field.name.as_str();
    let message = format!(
        "`{name}` is sensitive: write `#[row(sensitive)]` above the field, or `#[row(table = …)]` above the struct"
    );
    quote_spanned!(span=>
        const _: () = ::core::assert!(
            ::lockstep::access::is_redacted(<Output as ::lockstep::access::OwnRow>::REDACTED, #name),
            #message
        );
    )
}

/// The same tokens, shown at a place of the user's.
fn placed(tokens: TokenStream, span: Span) -> TokenStream {
    let shown = |mut tree: proc_macro2::TokenTree| {
        tree.set_span(span);
        tree
    };
    tokens.into_iter().map(shown).collect()
}

/// Text of the core's as tokens, which belong to the call.
pub(crate) fn parsed(text: &str, span: Span) -> syn::Result<TokenStream> {
    TokenStream::from_str(text)
        .map_err(|error| syn::Error::new(span, format!("the generated code is no Rust: {error}")))
}
