//! What a workspace says in `[workspace.metadata.lockstep]` of its `Cargo.toml` about the generated code.
//!
//! In: a folder. Out: the settings, and the file that they stand in; or what is wrong there, with its place. The build
//! script and the macros read the same.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::Diagnostic;
use crate::source::{SourceFile, Span};

/// The settings of the generated code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `accessors`: the path of the module that `schema!()` stands in, as every crate that calls `query!` names it.
    pub accessors: String,
    /// `datetime`: the crate whose types hold dates and times.
    pub datetime: DateTimeCrate,
    /// `derives`: the paths of what rows, enums, new rows, patches and composite values derive besides.
    pub derives: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { accessors: "crate".to_owned(), datetime: DateTimeCrate::default(), derives: Vec::new() }
    }
}

/// A crate for dates and times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DateTimeCrate {
    /// `chrono`.
    #[default]
    Chrono,
    /// `time`.
    Time,
    /// `jiff`.
    Jiff,
}

impl DateTimeCrate {
    const ALL: [(&'static str, Self); 3] = [("chrono", Self::Chrono), ("time", Self::Time), ("jiff", Self::Jiff)];
}

/// The table in `Cargo.toml`.
const TABLE: [&str; 3] = ["workspace", "metadata", "lockstep"];

/// The keys of the table.
const KEYS: [&str; 4] = ["accessors", "app", "datetime", "derives"];

/// The `Cargo.toml` of the cargo workspace that a folder belongs to.
#[must_use]
pub fn manifest(folder: &Path) -> Option<PathBuf> {
    let is_root = |manifest: &PathBuf| {
        std::fs::read_to_string(manifest).is_ok_and(|text| {
            let is_header = |line: &str| line.trim_start().starts_with("[workspace");
            text.lines().any(is_header)
        })
    };
    folder.ancestors().map(|folder| folder.join("Cargo.toml")).find(is_root)
}

/// The settings of a folder's workspace; without a `Cargo.toml` or the table in it, all is as it is by default.
///
/// # Errors
/// A key or a value that is not known, with its place.
pub fn settings(folder: &Path) -> Result<Settings, Vec<Diagnostic>> {
    let Some(path) = manifest(folder) else { return Ok(Settings::default()) };
    let text = std::fs::read_to_string(&path)
        .map_err(|error| vec![Diagnostic::error("unreadable-file", format!("{}: {error}", path.display()))])?;
    let shown =
        path.strip_prefix(folder).map_or_else(|_| path.display().to_string(), |path| path.display().to_string());
    read(&SourceFile::new(shown, text))
}

fn read(file: &Arc<SourceFile>) -> Result<Settings, Vec<Diagnostic>> {
    let at = |range: std::ops::Range<usize>| Span { file: Arc::clone(file), range };
    let document = DeTable::parse(&file.text).map_err(|error| {
        let wrong = Diagnostic::error("unreadable-manifest", error.message().to_owned());
        vec![wrong.at(at(error.span().unwrap_or(0..0)))]
    })?;
    let mut table = document.get_ref();
    for key in TABLE {
        match table.get(key).map(Spanned::get_ref) {
            Some(DeValue::Table(inner)) => table = inner,
            Some(_) | None => return Ok(Settings::default()),
        }
    }
    let (mut settings, mut wrong) = (Settings::default(), Vec::new());
    for (key, value) in table {
        let result = match key.get_ref().as_ref() {
            "accessors" => accessors(value).map(|accessors| settings.accessors = accessors),
            "datetime" => datetime(value).map(|datetime| settings.datetime = datetime),
            "derives" => derives(value).map(|derives| settings.derives = derives),
            known if KEYS.contains(&known) => Ok(()),
            unknown => {
                let message = format!("there is no setting `{unknown}`");
                Err((key.span(), message, format!("there are {}", KEYS.join(", "))))
            }
        };
        if let Err((span, message, hint)) = result {
            wrong.push(Diagnostic::error("wrong-setting", message).at(at(span)).hint(hint));
        }
    }
    if wrong.is_empty() { Ok(settings) } else { Err(wrong) }
}

type Wrong = (std::ops::Range<usize>, String, String);

fn accessors(value: &Spanned<DeValue<'_>>) -> Result<String, Wrong> {
    let is_module = |path: &&str| syn::parse_str::<syn::Path>(path).is_ok_and(|path| path.leading_colon.is_none());
    value.get_ref().as_str().filter(is_module).map(str::to_owned).ok_or_else(|| {
        let hint = "it is where `lockstep::schema!()` stands, such as \"crate::database\"".to_owned();
        (value.span(), "`accessors` is not the path of a module".to_owned(), hint)
    })
}

fn datetime(value: &Spanned<DeValue<'_>>) -> Result<DateTimeCrate, Wrong> {
    let found = value.get_ref().as_str().and_then(|name| DateTimeCrate::ALL.iter().find(|(known, _)| *known == name));
    found.map(|(_, datetime)| *datetime).ok_or_else(|| {
        let known: Vec<String> = DateTimeCrate::ALL.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        (
            value.span(),
            "`datetime` names no crate that is known here".to_owned(),
            format!("it is one of {}", known.join(", ")),
        )
    })
}

fn derives(value: &Spanned<DeValue<'_>>) -> Result<Vec<String>, Wrong> {
    let hint = || "it is a list of paths, such as [\"schemars::JsonSchema\"]".to_owned();
    let DeValue::Array(items) = value.get_ref() else {
        return Err((value.span(), "`derives` is no list".to_owned(), hint()));
    };
    items
        .iter()
        .map(|item| match item.get_ref().as_str().filter(|path| syn::parse_str::<syn::Path>(path).is_ok()) {
            Some(path) => Ok(path.to_owned()),
            None => Err((item.span(), "this is not the path of a derive macro".to_owned(), hint())),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let shown = match read(&SourceFile::new("Cargo.toml", text)) {
            Ok(settings) => format!("{} {:?} {:?}", settings.accessors, settings.datetime, settings.derives),
            Err(wrong) => wrong.iter().map(|each| format!("{} {each}", each.code)).collect::<Vec<_>>().join("\n"),
        };
        assert_eq!(shown, expected);
    }

    #[test]
    fn settings_are_read_or_refused_with_their_place() {
        check("[workspace]\nmembers = []\n", "crate Chrono []");
        check(
            "[workspace.metadata.lockstep]\napp = \"app\"\naccessors = \"crate::database\"\ndatetime = \"jiff\"\nderives = [\"schemars::JsonSchema\"]\n",
            "crate::database Jiff [\"schemars::JsonSchema\"]",
        );
        check(
            "[workspace.metadata.lockstep]\ndatetime = \"joda\"\nderives = [\"a b\"]\nderive = []\naccessors = \"a-b\"\n",
            "wrong-setting Cargo.toml:5:13: `accessors` is not the path of a module\n  hint: it is where \
             `lockstep::schema!()` stands, such as \"crate::database\"\nwrong-setting Cargo.toml:2:12: `datetime` names no \
             crate that is known here\n  hint: it is one of \"chrono\", \"time\", \"jiff\"\nwrong-setting Cargo.toml:4:1: \
             there is no setting `derive`\n  hint: there are accessors, app, datetime, derives\nwrong-setting \
             Cargo.toml:3:12: this is not the path of a derive macro\n  hint: it is a list of paths, such as \
             [\"schemars::JsonSchema\"]",
        );
    }
}
