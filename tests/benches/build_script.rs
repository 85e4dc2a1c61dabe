//! The budget of a service's build script: verify every hash and write the accessors of 100 tables in under 50 ms, of
//! 1,000 in under 500 ms. With nothing to write, as after most edits, and into an empty folder, as after `cargo clean`.

use std::path::PathBuf;

use lockstep_core::build::generate;
use lockstep_core::workspace::Workspace;
use lockstep_tests::many_tables::write_workspace;
use tempfile::TempDir;

const TABLES: &[usize] = &[100, 1_000];

fn main() {
    divan::main();
}

fn prepared(tables: usize) -> (TempDir, Workspace, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    write_workspace(folder.path(), tables);
    let workspace = Workspace::new(folder.path());
    let out = folder.path().join("out");
    (folder, workspace, out)
}

#[divan::bench(args = TABLES, sample_count = 20, sample_size = 1)]
fn into_an_empty_folder(bencher: divan::Bencher<'_, '_>, tables: usize) {
    let (_folder, workspace, out) = prepared(tables);
    bencher
        .with_inputs(|| {
            let _ = std::fs::remove_dir_all(&out);
        })
        .bench_local_values(|()| generate(&workspace, &out).unwrap());
}

#[divan::bench(args = TABLES, sample_count = 20, sample_size = 1)]
fn with_nothing_to_write(bencher: divan::Bencher<'_, '_>, tables: usize) {
    let (_folder, workspace, out) = prepared(tables);
    generate(&workspace, &out).unwrap();
    bencher.bench_local(|| generate(&workspace, &out).unwrap());
}
