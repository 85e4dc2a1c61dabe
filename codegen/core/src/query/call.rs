//! What stands between the parentheses of `query!(…)`.
//!
//! In: tokens. Out: the parts of the call, and its arguments in the order of the query's parameters. A mistake is a
//! [`syn::Error`] at the user's token.

use proc_macro2::{Span, TokenStream};
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::{Expr, Ident, LitStr, Path, Token};

use super::{InlineQuery, Query};
use crate::name::nearest;

/// A call: `query!("SELECT …", id, note = expression)`.
#[derive(Clone)]
pub struct Call {
    /// The folder of another certificate: `root = "path",`.
    pub root: Option<LitStr>,
    /// The struct that holds a row: `ClientSummary,`.
    pub row: Option<Path>,
    /// The statement.
    pub sql: LitStr,
    /// What stands behind it.
    pub arguments: Vec<Argument>,
}

/// An argument of a call.
#[derive(Clone)]
pub struct Argument {
    /// The name in `name = value`.
    pub name: Option<Ident>,
    /// The value.
    pub value: Expr,
}

const NO_LITERAL: &str = "the statement has to be a string literal: what is put together elsewhere cannot be checked";

impl Parse for Call {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let Head { root, row, sql } = input.parse()?;
        let mut arguments = Vec::new();
        while !input.is_empty() {
            input.parse::<Token![,]>()?;
            if input.is_empty() {
                break;
            }
            let is_named = input.peek(Ident::peek_any) && input.peek2(Token![=]) && !input.peek2(Token![==]);
            let name = if is_named { Some(Ident::parse_any(input)?) } else { None };
            if is_named {
                input.parse::<Token![=]>()?;
            }
            arguments.push(Argument { name, value: input.parse()? });
        }
        Ok(Self { root, row, sql, arguments })
    }
}

/// The part of a call that tells which query it is; whatever stands behind it is left.
#[derive(Clone)]
pub struct Head {
    /// As in [`Call`].
    pub root: Option<LitStr>,
    /// As in [`Call`].
    pub row: Option<Path>,
    /// As in [`Call`].
    pub sql: LitStr,
}

impl Parse for Head {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut root = None;
        let is_root = input.fork().parse::<Ident>().is_ok_and(|name| name == "root");
        if is_root && input.peek2(Token![=]) {
            input.parse::<Ident>()?;
            input.parse::<Token![=]>()?;
            root = Some(input.parse()?);
            input.parse::<Token![,]>()?;
        }
        if input.is_empty() {
            return Err(syn::Error::new(Span::call_site(), "the statement is missing: `query!(\"SELECT …\")`"));
        }
        let mut row = None;
        if !input.peek(LitStr) {
            let first = input.span();
            let is_type = |path: &Path| input.peek(Token![,]) && input.peek2(LitStr) && !path.segments.is_empty();
            row = Some(input.parse().ok().filter(is_type).ok_or_else(|| syn::Error::new(first, NO_LITERAL))?);
            input.parse::<Token![,]>()?;
        }
        let sql: LitStr = input.parse()?;
        if !sql.suffix().is_empty() {
            return Err(syn::Error::new(sql.span(), NO_LITERAL));
        }
        Ok(Self { root, row, sql })
    }
}

impl Head {
    /// The head of the call that stands between these parentheses, whatever stands behind it.
    ///
    /// # Errors
    /// What is no call.
    pub fn of(tokens: TokenStream) -> syn::Result<Self> {
        let read = |input: ParseStream<'_>| {
            let head = input.parse()?;
            input.parse::<TokenStream>()?;
            Ok(head)
        };
        read.parse2(tokens)
    }
}

impl Call {
    /// The values in the order of the query's parameters.
    ///
    /// # Errors
    /// Each argument that the query does not have, and each parameter that the call does not give.
    pub fn values(&self, text: &InlineQuery, query: &Query) -> syn::Result<Vec<&Expr>> {
        let has_names = text.text.parameters.iter().any(|parameter| parameter.name.is_some());
        if has_names { self.named(query) } else { self.numbered(query.parameters.len()) }
    }

    fn numbered(&self, count: usize) -> syn::Result<Vec<&Expr>> {
        let mut wrong = Errors::default();
        for name in self.arguments.iter().filter_map(|argument| argument.name.as_ref()) {
            let message = "the query's parameters have numbers: give the values in their order, or write `@name` in it";
            wrong.add(name.span(), message);
        }
        let given = self.arguments.len();
        let is_are = if given == 1 { "is" } else { "are" };
        let message = format!("the query takes {}, and {given} {is_are} given", counted(count));
        match self.arguments.get(count) {
            Some(extra) => wrong.add(extra.span(), message),
            None if given < count => wrong.add(self.sql.span(), message),
            None => {}
        }
        wrong.none()?;
        Ok(self.arguments.iter().map(|argument| &argument.value).collect())
    }

    fn named(&self, query: &Query) -> syn::Result<Vec<&Expr>> {
        let names = || query.parameters.iter().map(|parameter| parameter.name.as_str());
        let mut wrong = Errors::default();
        let mut given: Vec<(String, &Expr)> = Vec::new();
        for argument in &self.arguments {
            let Some(name) = argument.called() else {
                wrong.add(argument.span(), "the query's parameters have names: write `name = value`");
                continue;
            };
            if !names().any(|known| known == name) {
                let hint = match nearest(&name, names()) {
                    Some(known) => format!("did you mean `{known}`?"),
                    None => format!("it has {}", names().collect::<Vec<_>>().join(", ")),
                };
                wrong.add(argument.span(), format!("the query has no parameter @{name}\n  hint: {hint}"));
            } else if given.iter().any(|(known, _)| *known == name) {
                wrong.add(argument.span(), format!("@{name} is given twice"));
            } else {
                given.push((name, &argument.value));
            }
        }
        let value = |name: &str| given.iter().find(|(known, _)| known == name).map(|(_, value)| *value);
        // Somebody who misspells a name need not hear twice about it.
        if wrong.0.is_none() {
            for name in names().filter(|name| value(name).is_none()) {
                let message = format!("@{name} is not given\n  hint: add `{name}` or `{name} = value` behind the text");
                wrong.add(self.sql.span(), message);
            }
        }
        wrong.none()?;
        Ok(names().filter_map(value).collect())
    }
}

impl Argument {
    /// The name of the parameter: a variable is the value of its own name.
    fn called(&self) -> Option<String> {
        let variable = || match &self.value {
            Expr::Path(path) => path.path.get_ident(),
            _ => None,
        };
        self.name.as_ref().or_else(variable).map(|name| name.unraw().to_string())
    }

    fn span(&self) -> Span {
        let first = || syn::spanned::Spanned::span(&self.value);
        self.name.as_ref().map_or_else(first, Ident::span)
    }
}

fn counted(count: usize) -> String {
    match count {
        0 => "no value".to_owned(),
        1 => "1 value".to_owned(),
        many => format!("{many} values"),
    }
}

/// All that is wrong with a call.
#[derive(Default)]
struct Errors(Option<syn::Error>);

impl Errors {
    fn add(&mut self, span: Span, message: impl std::fmt::Display) {
        let error = syn::Error::new(span, message);
        match &mut self.0 {
            Some(first) => first.combine(error),
            None => self.0 = Some(error),
        }
    }

    fn none(self) -> syn::Result<()> {
        self.0.map_or(Ok(()), Err)
    }
}
