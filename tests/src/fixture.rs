//! The workspaces below `tests/ui/fixtures/`: a `schema/`, a `migrations/` and the certificate of both.
//!
//! A certificate is made here from what the development server says about the schema files, as `db:generate` makes it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use lockstep_core::annotation::read_annotations;
use lockstep_core::catalog::ObjectAddress;
use lockstep_core::certificate::{Annotations, Certificate, FORMAT, emitted, hash_files};
use lockstep_core::emit::rust;
use lockstep_core::query::{Query, QueryText};
use lockstep_core::workspace::Workspace;
use lockstep_postgres::scratch::Scratch;
use lockstep_postgres::{describe_all, introspect, never_null, understand};
use lockstep_xtask::pipeline::calls;
use lockstep_xtask::pipeline::queries::Queries;
use lockstep_xtask::stop::Stop;

use crate::{server, workspace_root};

/// A fixture by its name.
#[must_use]
pub fn fixture(name: &str) -> Workspace {
    Workspace::new(folder(name))
}

/// The folder of a fixture.
#[must_use]
pub fn folder(name: &str) -> PathBuf {
    workspace_root().join("tests/ui/fixtures").join(name)
}

/// A scratch database with the schema of a fixture.
///
/// # Panics
/// Where the server refuses a file.
#[must_use]
pub fn database(workspace: &Workspace) -> Scratch {
    let mut scratch = server().scratch().unwrap_or_else(|error| panic!("{error}"));
    for file in workspace.schema_files().expect("the schema files can be read") {
        if let Err(error) = scratch.client().batch_execute(&file.text) {
            panic!("{}: {error:?}", file.path);
        }
    }
    scratch
}

/// The certificate that a workspace should have.
///
/// # Panics
/// Where the files are no valid schema, or one of the accessors' statements is refused.
#[must_use]
pub fn certify(workspace: &Workspace) -> Certificate {
    let mut scratch = database(workspace);
    let introspection = introspect(scratch.client()).expect("the database can be introspected");
    assert_eq!(introspection.refused, []);
    let catalog = introspection.state.catalog;
    let read = read_annotations(&workspace.schema_files().expect("the schema files can be read"));
    let read = read.unwrap_or_else(|diagnostics| panic!("{}", diagnostics[0]));
    let rust = read.rust.iter().map(|(address, (path, _))| (address.key(), path.clone())).collect();
    let sensitive: BTreeSet<String> = read.sensitive.keys().map(ObjectAddress::key).collect();
    let newtypes: BTreeSet<String> = read.newtypes.keys().map(ObjectAddress::key).collect();
    let annotations = Annotations { rust, newtypes, sensitive };
    let statements = rust::statements(&catalog, &annotations);
    let described = describe_all(scratch.client(), &statements).expect("the server answers");
    let statements = described
        .into_iter()
        .map(|(name, signature)| match signature {
            Ok(signature) => (name, signature),
            Err(error) => panic!("{name}: {error}"),
        })
        .collect();
    let files: BTreeMap<String, String> = match hash_files(workspace).expect("the files can be read") {
        Ok(files) => files,
        Err(diagnostics) => panic!("{}", diagnostics[0]),
    };
    let never_null = never_null(scratch.client(), &catalog.views).expect("the server answers");
    Certificate {
        format: FORMAT,
        generator: "lockstep 0.1.0".to_owned(),
        server: server().version().to_owned(),
        emitted: emitted(&catalog, &annotations),
        files,
        annotations,
        catalog,
        never_null,
        queries: queries(lockstep_xtask::pipeline::queries::read(workspace), &mut scratch),
        inline: queries(calls::read_in(&workspace_root().join("tests"), workspace), &mut scratch),
        statements,
    }
}

fn queries(read: Result<Queries, Stop>, scratch: &mut Scratch) -> BTreeMap<String, Query> {
    let read = read.unwrap_or_else(|stop| panic!("the queries can be read: {stop:?}"));
    let understood = |(name, text): (String, QueryText)| {
        let found = understand(scratch.client(), &text).expect("the server answers");
        (name, found.unwrap_or_else(|wrong| panic!("{}", wrong[0])).query)
    };
    read.into_iter().map(understood).collect()
}

/// Writes the certificate of a workspace.
///
/// # Panics
/// As [`certify`], and where the file cannot be written.
pub fn write_certificate(root: &Path) {
    let workspace = Workspace::new(root);
    let text = certify(&workspace).write();
    std::fs::write(root.join(Workspace::CERTIFICATE), text).expect("the certificate can be written");
}
