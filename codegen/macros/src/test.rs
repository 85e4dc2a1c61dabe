//! `#[lockstep::test]`: an asynchronous function that takes a database becomes a test.

use lockstep_core::workspace::Workspace;
use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Error, Expr, Ident, ItemFn, LitStr, Token};

use crate::input;

/// What stands in the parentheses of the attribute.
enum Source {
    /// Nothing: the migrations of the crate's workspace.
    Workspace,
    /// `root = "path"`: those of another folder.
    Root(LitStr),
    /// `migrations = expression`: those that the crate has embedded.
    Embedded(Expr),
}

const ARGUMENTS: &str = "this attribute takes nothing, `migrations = crate::MIGRATIONS`, or `root = \"path\"`";

impl Parse for Source {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.is_empty() {
            return Ok(Self::Workspace);
        }
        let unknown = |error: Error| Error::new(error.span(), ARGUMENTS);
        let name: Ident = input.parse().map_err(unknown)?;
        if name != "root" && name != "migrations" {
            return Err(Error::new(name.span(), ARGUMENTS));
        }
        input.parse::<Token![=]>().map_err(unknown)?;
        if name == "root" { input.parse().map(Self::Root).map_err(unknown) } else { input.parse().map(Self::Embedded) }
    }
}

pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    expanded(arguments, item).unwrap_or_else(Error::into_compile_error)
}

fn expanded(arguments: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let source: Source = syn::parse2(arguments)?;
    let function: ItemFn = syn::parse2(item)?;
    check(&function)?;
    let migrations = match source {
        Source::Workspace => quote!(::lockstep::migrations!()),
        Source::Root(root) => quote!(::lockstep::migrations!(root = #root)),
        Source::Embedded(path) => path.into_token_stream(),
    };
    let ItemFn { attrs, vis, sig, block, .. } = function;
    let (name, output) = (&sig.ident, &sig.output);
    let root = input::server_root();
    let servers = Literal::string(&input::absolute(&root.join(Workspace::SERVERS)));
    let root = Literal::string(&input::absolute(&root));
    Ok(quote! {
        #[::core::prelude::v1::test]
        #(#attrs)*
        #vis fn #name() #output {
            #sig #block
            ::lockstep::test::run(
                &::lockstep::test::Setup {
                    name: ::core::concat!(::core::module_path!(), "::", ::core::stringify!(#name)),
                    workspace: #root,
                    servers: #servers,
                    migrations: const { #migrations },
                },
                #name,
            )
        }
    })
}

/// What makes a function none that can be run with a database.
fn check(function: &ItemFn) -> syn::Result<()> {
    const SHAPE: &str = "async fn name(db: lockstep::TestDb)";
    let signature = &function.sig;
    if signature.asyncness.is_none() {
        let message = format!("a test with a database is asynchronous: `{SHAPE}`");
        return Err(Error::new_spanned(signature.fn_token, message));
    }
    if !signature.generics.params.is_empty() {
        let message = format!("a test has no parameters of its own: `{SHAPE}`");
        return Err(Error::new_spanned(&signature.generics, message));
    }
    match signature.inputs.iter().nth(1) {
        Some(second) => Err(Error::new_spanned(second, format!("a test takes one database: `{SHAPE}`"))),
        None if signature.inputs.is_empty() => {
            let message = format!("a test takes its database: `{SHAPE}`");
            Err(Error::new(signature.paren_token.span.join(), message))
        }
        None => Ok(()),
    }
}
