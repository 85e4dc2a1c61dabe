//! `#[derive(Row)]`: a struct for the rows of a query, checked against a table where it names one.

use lockstep_core::diagnostic::Diagnostic;
use lockstep_core::emit::rust::{Field, Typing};
use lockstep_core::name::{QualifiedName, nearest};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Attribute, Data, DeriveInput, Fields, LitStr};

use crate::certified::{certified, watched};
use crate::query::{found, parsed, told};

pub(crate) fn expand(tokens: TokenStream) -> syn::Result<TokenStream> {
    let DeriveInput { ident, attrs, generics, data, vis: _ } = syn::parse2(tokens)?;
    let fields = match data {
        Data::Struct(data) => match data.fields {
            Fields::Named(fields) => fields.named,
            Fields::Unnamed(_) | Fields::Unit => return Err(syn::Error::new(ident.span(), NO_FIELDS)),
        },
        Data::Enum(_) | Data::Union(_) => return Err(syn::Error::new(ident.span(), NO_FIELDS)),
    };
    if !generics.params.is_empty() {
        return Err(syn::Error::new(generics.span(), "a struct for rows has no parameters"));
    }
    let attributes = StructAttributes::read(&attrs)?;
    let table = attributes.table.as_ref().map(|table| Table::read(table, attributes.root.as_ref())).transpose()?;
    let (mut checks, mut redacted, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
    for field in &fields {
        let Some(name) = &field.ident else { continue };
        let mut is_sensitive = field_attributes(&field.attrs)?;
        if let Some(table) = &table {
            match table.check(name, &field.ty) {
                Ok((check, sensitive)) => {
                    checks.push(check);
                    is_sensitive |= sensitive;
                }
                Err(error) => wrong.push(error),
            }
        }
        redacted.extend(is_sensitive.then(|| name.clone()));
    }
    if let Some(errors) = wrong.into_iter().reduce(|mut all, more| {
        all.combine(more);
        all
    }) {
        return Err(errors);
    }
    let names: Vec<&Ident> = fields.iter().filter_map(|field| field.ident.as_ref()).collect();
    let debug = if redacted.is_empty() { TokenStream::new() } else { debug(&ident, &names, &redacted) };
    let redacted = redacted.iter().map(ToString::to_string);
    let watched = table.map(|table| table.watched);
    Ok(quote! {
        const _: () = {
            #watched
            #(#checks)*
            impl ::lockstep::access::OwnRow for #ident {
                const REDACTED: &'static [&'static str] = &[#(#redacted),*];
            }
            #debug
        };
    })
}

const NO_FIELDS: &str = "a row is a struct with named fields";

/// `#[row(table = "…", root = "…")]`.
#[derive(Default)]
struct StructAttributes {
    table: Option<LitStr>,
    root: Option<LitStr>,
}

impl StructAttributes {
    fn read(attributes: &[Attribute]) -> syn::Result<Self> {
        let mut read = Self::default();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("row")) {
            attribute.parse_nested_meta(|meta| {
                let place = match meta.path.get_ident().map(ToString::to_string).as_deref() {
                    Some("table") => &mut read.table,
                    Some("root") => &mut read.root,
                    Some(_) | None => return Err(meta.error("write `table = \"schema.table\"`")),
                };
                *place = Some(meta.value()?.parse()?);
                Ok(())
            })?;
        }
        Ok(read)
    }
}

/// Whether `#[row(sensitive)]` stands above a field.
fn field_attributes(attributes: &[Attribute]) -> syn::Result<bool> {
    let mut is_sensitive = false;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("row")) {
        attribute.parse_nested_meta(|meta| {
            is_sensitive = true;
            if meta.path.is_ident("sensitive") { Ok(()) } else { Err(meta.error("a field takes `sensitive` only")) }
        })?;
    }
    Ok(is_sensitive)
}

/// The table that a struct names.
struct Table {
    name: String,
    fields: Vec<Field>,
    watched: TokenStream,
}

impl Table {
    fn read(table: &LitStr, root: Option<&LitStr>) -> syn::Result<Self> {
        let span = table.span();
        let name = table.value();
        let parsed: QualifiedName = name.parse().map_err(|_| syn::Error::new(span, "this is no `schema.table`"))?;
        let workspace = found(root, span)?;
        let certified = certified(&workspace).map_err(|wrong| told(&wrong, span))?;
        let typing = Typing::new(&certified.certificate, &certified.settings);
        match typing.table(&parsed).map_err(|wrong| told(&wrong, span))? {
            Some(fields) => Ok(Self { name, fields, watched: watched(&workspace) }),
            None => {
                let tables: Vec<String> = typing.tables().collect();
                let unknown = Diagnostic::error("unknown-table", format!("there is no table {name}"));
                let hint = match nearest(&name, tables.iter().map(String::as_str)) {
                    Some(known) => format!("did you mean `{known}`?"),
                    None => "if it is new, run `cargo xtask db:generate`".to_owned(),
                };
                Err(told(&[unknown.hint(hint)], span))
            }
        }
    }

    /// That a field is what the column is, and whether the column is sensitive.
    fn check(&self, name: &Ident, data_type: &syn::Type) -> syn::Result<(TokenStream, bool)> {
        let Some(field) = self.fields.iter().find(|field| *name == field.name) else {
            let unknown = Diagnostic::error("unknown-column", format!("{} has no column {name}", self.name));
            let hint = match nearest(&name.to_string(), self.fields.iter().map(|field| field.name.as_str())) {
                Some(known) => format!("did you mean `{known}`?"),
                None => "if it is new, run `cargo xtask db:generate`".to_owned(),
            };
            return Err(told(&[unknown.hint(hint)], name.span()));
        };
        let span = data_type.span();
        if let Some(bare) = &field.nullable
            && last_word(bare) == last_word(&quote!(#data_type).to_string())
        {
            let message = format!("{}.{} may be NULL: its type is an Option", self.name, field.column);
            return Err(syn::Error::new(span, message));
        }
        let expected = parsed(&field.rust, span)?;
        let value = Ident::new("value", span);
        let check = quote_spanned!(Span::call_site()=> const _: fn(#expected) -> #data_type = |#value| #value;);
        Ok((check, field.sensitive))
    }
}

/// `Decimal` of `types :: Decimal`.
fn last_word(path: &str) -> String {
    let path: String = path.chars().filter(|next| !next.is_whitespace()).collect();
    path.rsplit("::").next().unwrap_or_default().to_owned()
}

/// `Debug` that does not show what is sensitive: it also keeps anybody from deriving one that does.
fn debug(name: &Ident, fields: &[&Ident], redacted: &[Ident]) -> TokenStream {
    let title = name.to_string();
    let fields = fields.iter().map(|field| {
        let title = field.to_string();
        let title = title.trim_start_matches("r#");
        if redacted.contains(field) {
            quote!(.field(#title, &::lockstep::access::REDACTED))
        } else {
            quote!(.field(#title, &self.#field))
        }
    });
    quote! {
        impl ::core::fmt::Debug for #name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct(#title) #(#fields)* .finish()
            }
        }
    }
}
