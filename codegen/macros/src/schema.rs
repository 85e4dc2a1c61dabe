//! `schema!()`.

use std::str::FromStr as _;

use lockstep_core::certificate::{stale_statements, verify_without_statements};
use lockstep_core::diagnostic::Diagnostic;
use lockstep_core::emit::rust;
use lockstep_core::settings::{manifest, settings};
use lockstep_core::workspace::Workspace;
use proc_macro2::TokenStream;
use quote::quote;

use crate::input::{Input, watch};

pub(crate) fn expand(input: &Input) -> Result<TokenStream, Vec<Diagnostic>> {
    if input.generated.is_some() {
        return Ok(quote!(::core::include!(::core::concat!(::core::env!("OUT_DIR"), "/lockstep/mod.rs"));));
    }
    let certificate = verify_without_statements(&input.workspace)?;
    if let Some(stale) = stale_statements(&certificate) {
        return Err(vec![stale]);
    }
    let text = rust::inline(&certificate, &settings(&input.workspace.root)?)?;
    let accessors = TokenStream::from_str(&text).map_err(|error| {
        vec![Diagnostic::error("unreadable-accessors", format!("the generated accessors are no Rust: {error}"))]
    })?;
    let paths = certificate.files.keys().map(String::as_str).chain([Workspace::CERTIFICATE]);
    let watched = watch(&input.workspace, paths);
    let manifest = manifest(&input.workspace.root).map(|path| path.to_string_lossy().into_owned());
    let settings = watch(&input.workspace, manifest.as_deref());
    Ok(quote!(#watched #settings #accessors))
}
