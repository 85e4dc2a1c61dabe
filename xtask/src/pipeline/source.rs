//! Where a schema comes from: a folder of schema SQL, a folder of migrations, a database.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::path::Path;
use std::str::FromStr;

use anyhow::Context as _;
use lockstep_core::annotation::{SchemaAnnotations, read_annotations};
use lockstep_core::catalog::{ObjectAddress, State};
use lockstep_core::migration::{parse_file_name, read_migrations_in};
use lockstep_core::name::Identifier;
use lockstep_core::source::Span;
use lockstep_core::workspace::Workspace;
use lockstep_postgres::introspect::introspect;
use lockstep_postgres::redact;
use lockstep_postgres::server::{self, Server};
use lockstep_postgres::{rebuild, roles};

use crate::pipeline::side::{self, Side, accepted_live};
use crate::report::Reporter;
use crate::stop::Stop;

/// Where a schema comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A folder of schema SQL, or one file.
    Schema(String),
    /// A folder of migrations.
    Migrations(String),
    /// A database; it is only read.
    Database(String),
}

impl FromStr for Source {
    // What is nothing of the three is told when it is read: the parser of the arguments would repeat it with its password.
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Database(text.to_owned()));
        }
        let path = Path::new(text);
        let is_migration = |entry: std::io::Result<std::fs::DirEntry>| {
            entry.is_ok_and(|entry| parse_file_name(&entry.file_name().to_string_lossy()).is_ok())
        };
        let has_migrations = path.read_dir().is_ok_and(|mut entries| entries.any(is_migration));
        Ok(if has_migrations { Self::Migrations(text.to_owned()) } else { Self::Schema(text.to_owned()) })
    }
}

/// A schema as a server says it, and what its files say beyond that.
#[derive(Debug)]
pub struct Read {
    /// As the server says it.
    pub place: Place,
    /// The annotations of schema files.
    pub annotations: SchemaAnnotations,
    /// Where each object stands in schema files.
    pub definitions: BTreeMap<ObjectAddress, Span>,
}

/// Where a schema was read.
#[derive(Debug)]
pub enum Place {
    /// On a scratch database.
    Scratch(Box<Side>),
    /// In a live database.
    Live(Box<State>),
}

impl Source {
    /// Reads it.
    ///
    /// # Errors
    /// What the server does not take, and what it takes but the catalog does not hold.
    pub fn read(&self, server: &(dyn Fn() -> Result<Server, Stop> + Sync), reporter: &Reporter) -> Result<Read, Stop> {
        let here = Workspace::new("");
        match self {
            Self::Database(url) => {
                let mut client = server::connect(url)?;
                Ok(Read::only(Place::Live(Box::new(accepted_live(introspect(&mut client)?)?))))
            }
            Self::Migrations(folder) => {
                let migrations =
                    read_migrations_in(&here, folder).with_context(|| format!("cannot read {folder}"))??;
                Ok(Read::only(Place::Scratch(Box::new(side::current(&server()?, &migrations)?))))
            }
            Self::Schema(path) if !Path::new(path).exists() => Err(Stop::Failure(no_source(path))),
            Self::Schema(path) => {
                let read = if Path::new(path).is_dir() {
                    here.sql_files(path)
                } else {
                    here.read(path).map(|file| vec![file])
                };
                let files = read.with_context(|| format!("cannot read {path}"))?;
                let annotations = read_annotations(&files)?;
                let (side, loaded) = side::desired(&server()?, &files)?;
                reporter.diagnostics(&loaded.warnings);
                Ok(Read { place: Place::Scratch(Box::new(side)), annotations, definitions: loaded.definitions })
            }
        }
    }
}

/// A connection string in a notation that is not taken may hold a password; a path holds none of these signs.
fn no_source(text: &str) -> anyhow::Error {
    let shown = if text.contains([':', '=', '@']) { redact(text) } else { text.to_owned() };
    anyhow::anyhow!(
        "{shown} is no folder, no file and no postgres:// URL\n  hint: paths start at the current folder; write a database as postgres://user@host:5432/database"
    )
}

/// A live database has the roles of its whole server: only those are looked at that the other side declares.
///
/// # Errors
/// When the server fails.
pub fn compare_roles(from: (&Source, &mut Read), to: (&Source, &mut Read)) -> Result<(), Stop> {
    let ((from_source, from), (to_source, to)) = (from, to);
    from.take_roles(from_source, to.state())?;
    to.take_roles(to_source, from.state())
}

impl Read {
    /// Without files that say more.
    fn only(place: Place) -> Self {
        Self { place, annotations: SchemaAnnotations::default(), definitions: BTreeMap::new() }
    }

    /// Reads the roles that another state declares from a live database.
    fn take_roles(&mut self, source: &Source, other: &State) -> Result<(), Stop> {
        let (Source::Database(url), Place::Live(state)) = (source, &mut self.place) else { return Ok(()) };
        let names: Vec<&Identifier> = other.catalog.roles.keys().collect();
        if !names.is_empty() {
            state.catalog.roles = roles::read(&mut server::connect(url)?, &names)?;
        }
        Ok(())
    }

    /// What is in it.
    #[must_use]
    pub fn state(&self) -> &State {
        match &self.place {
            Place::Scratch(side) => &side.state,
            Place::Live(state) => state,
        }
    }

    /// The same on a scratch database: what was read from a live one is built there.
    ///
    /// # Errors
    /// When the server fails, or does not take what another server has printed.
    pub fn on_scratch(self, server: &(dyn Fn() -> Result<Server, Stop> + Sync)) -> Result<Side, Stop> {
        let mut state = match self.place {
            Place::Scratch(side) => return Ok(*side),
            Place::Live(state) => state,
        };
        let server = server()?;
        let mut scratch = server.scratch()?;
        // What is granted to roles needs them there; what they are, they are on their own server.
        let roles = std::mem::take(&mut state.catalog.roles);
        roles::provide(scratch.client(), roles.keys())?;
        rebuild(scratch.client(), &state, server.missing_roles())?;
        state.catalog.roles = roles;
        Ok(Side { scratch, state: *state, declarations: Vec::new(), is_copy: true })
    }
}
