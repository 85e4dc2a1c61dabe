//! Objects that their definition tells all about: each variant of each kind is made from nothing, becomes each other
//! variant, and goes again; the server then holds exactly what was wanted, and nothing is left to do.
//!
//! The files of `tests/defined/` stand one for each kind: what all variants stand on, then the variants, each under a line
//! `-- variant`. A line `-- since 15` above all restricts a file to servers from there on, one under a variant that.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use lockstep_core::catalog::{Catalog, DEFINED_KINDS, DefinedKind, DefinedKindInfo, ObjectAddress, ObjectKind, State};
use lockstep_core::diff::diff;
use lockstep_core::plan::{Allow, HAZARDS, HazardInfo, PlanOptions, Rollback, Step, plan};
use lockstep_core::rename::{Rename, rename_steps};
use lockstep_core::source::SourceFile;
use lockstep_core::sql::split;
use lockstep_postgres::{MissingRoles, Scratch, Server, ensure, introspect, load};

/// One file, as this server has it.
struct File {
    info: &'static DefinedKindInfo,
    path: PathBuf,
    variants: Vec<Variant>,
    /// The texts of the variants that this server does not know.
    unknown: String,
}

/// The first of a file is what the others stand on, alone.
struct Variant {
    sql: String,
    wanted: State,
}

static SERVER: LazyLock<Server> =
    LazyLock::new(|| ensure(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).unwrap());

/// Read once for all tests; what is wrong with some is said for all at once.
static READ: LazyLock<Vec<Result<File, String>>> = LazyLock::new(|| {
    let mut paths: Vec<PathBuf> = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/defined")
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| is_asked_for(path))
        .collect();
    paths.sort();
    side_by_side(&paths, |path| read(path))
});

fn files() -> Vec<&'static File> {
    let (files, wrong): (Vec<_>, Vec<_>) = READ.iter().map(Result::as_ref).partition(Result::is_ok);
    succeed(wrong.into_iter().map(|wrong| wrong.map(|_| ()).map_err(String::clone)));
    files.into_iter().flatten().collect()
}

fn succeed(outcomes: impl IntoIterator<Item = Result<(), String>>) {
    let wrong: Vec<String> = outcomes.into_iter().filter_map(Result::err).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// `LOCKSTEP_DEFINED=publication` looks at files of that name only.
fn is_asked_for(path: &Path) -> bool {
    let asked = std::env::var("LOCKSTEP_DEFINED").unwrap_or_default();
    path.file_name().unwrap().to_str().unwrap().contains(&asked)
}

/// The same for each of them, on as many threads as are worth it.
fn side_by_side<T: Sync, R: Send>(all: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let mut done: Vec<(usize, R)> = std::thread::scope(|scope| {
        let worker = || {
            let mine = std::iter::from_fn(|| {
                let place = next.fetch_add(1, Ordering::Relaxed);
                all.get(place).map(|one| (place, work(one)))
            });
            mine.collect::<Vec<_>>()
        };
        let workers: Vec<_> = (0..4).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, result)| result).collect()
}

fn read(path: &Path) -> Result<File, String> {
    let name = path.file_stem().unwrap().to_str().unwrap().replace('_', " ");
    let info = DEFINED_KINDS.iter().find(|info| info.name == name).expect("a file is named after a kind");
    let text = std::fs::read_to_string(path).unwrap();
    let mut parts = text.split("-- variant\n");
    let base = parts.next().unwrap();
    let (known, unknown): (Vec<&str>, Vec<&str>) = parts.partition(|part| is_for_server(base) && is_for_server(part));
    let alone = if is_for_server(base) { base } else { "" };
    let texts = std::iter::once(alone.to_owned()).chain(known.iter().map(|part| format!("{base}{part}")));
    let variant = |sql: String| Ok(Variant { wanted: state(&mut scratch(&sql, path)?, path)?, sql });
    let variants = texts.map(variant).collect::<Result<Vec<_>, String>>()?;
    Ok(File { info, path: path.to_owned(), variants, unknown: unknown.concat() })
}

/// Whether a text is for this server: `-- since 15`.
fn is_for_server(text: &str) -> bool {
    let major: u32 = SERVER.version().split('.').next().unwrap().parse().unwrap();
    let since = text.lines().find_map(|line| line.strip_prefix("-- since "));
    since.is_none_or(|since| since.trim().parse::<u32>().unwrap() <= major)
}

fn scratch(sql: &str, path: &Path) -> Result<Scratch, String> {
    let mut scratch = SERVER.scratch().unwrap();
    match scratch.client().batch_execute(sql) {
        Ok(()) => Ok(scratch),
        Err(error) => Err(format!("{}: {}\n{sql}", path.display(), lockstep_postgres::error::described(&error))),
    }
}

fn state(scratch: &mut Scratch, path: &Path) -> Result<State, String> {
    let found = introspect(scratch.client()).unwrap();
    if found.refused.is_empty() { Ok(found.state) } else { Err(format!("{}: {:?}", path.display(), found.refused)) }
}

/// A way from the first of so many variants that leads from each of them to each other one, once.
fn tour(from: usize, count: usize, way: &mut Vec<usize>) {
    for next in from + 1..count {
        way.push(next);
        if next == from + 1 {
            tour(next, count, way);
        }
        way.push(from);
    }
}

/// Whether what undoes a plan is run as well, and the plan then again.
#[derive(Clone, Copy, PartialEq)]
enum WayBack {
    Tried,
    Trusted,
}

/// Leads the database to the state that is wanted, and returns the one that is reached.
fn lead(
    database: &mut Scratch,
    there: &State,
    wanted: &State,
    way_back: WayBack,
    place: &str,
) -> Result<State, String> {
    let any = |info: &HazardInfo| Allow { hazard: info.kind, object: None };
    let options = PlanOptions { allow: HAZARDS.iter().map(any).collect(), ..PlanOptions::default() };
    let plan = plan(there, wanted, &options).unwrap();
    let steps: Vec<&Step> = plan.files.iter().flat_map(|file| &file.steps).collect();
    let forward: Vec<&str> = steps.iter().map(|step| step.sql.as_str()).collect();
    let reached = run(database, &forward, wanted, place)?;
    let is_plain = |step: &&Step| matches!(step.object.kind, ObjectKind::Defined(_)) && !step.sql.contains("__old");
    let back: Option<Vec<&str>> = steps.iter().rev().map(|step| undo(step)).collect();
    match back {
        // Where more is changed than such objects, `db:generate` may plan the way back as a whole.
        Some(back) if way_back == WayBack::Tried && steps.iter().all(is_plain) => {
            run(database, &back, there, &format!("{place} and back"))?;
            run(database, &forward, wanted, place)
        }
        Some(_) | None => Ok(reached),
    }
}

fn undo(step: &Step) -> Option<&str> {
    match &step.rollback {
        Rollback::Sql(sql) => Some(sql),
        Rollback::Irreversible(_) => None,
    }
}

/// Runs the statements; the database then holds what is wanted.
fn run(database: &mut Scratch, sql: &[&str], wanted: &State, place: &str) -> Result<State, String> {
    for statement in sql {
        if let Err(error) = database.client().batch_execute(statement) {
            let error = lockstep_postgres::error::described(&error);
            return Err(format!("{place}: {error}\n{statement}\nof\n{}", sql.join(";\n")));
        }
    }
    let reached = state(database, Path::new(place))?;
    let rest = diff(&reached.catalog, &wanted.catalog);
    if rest.is_empty() {
        return Ok(reached);
    }
    let changes: Vec<String> = rest.changes.iter().map(|(address, change)| format!("{address}: {change:?}")).collect();
    Err(format!("{place}: {}\nis left after\n{}", changes.join(", "), sql.join(";\n")))
}

#[test]
fn each_variant_becomes_each_other() {
    let outcomes = side_by_side(&files(), |file| {
        let mut way = Vec::new();
        tour(0, file.variants.len(), &mut way);
        let mut database = scratch(&file.variants[0].sql, &file.path)?;
        let mut there = file.variants[0].wanted.clone();
        let mut last = 0;
        for next in way {
            let place = format!("{}: from variant {last} to {next}", file.path.display());
            let way_back = if next == last + 1 { WayBack::Tried } else { WayBack::Trusted };
            there = lead(&mut database, &there, &file.variants[next].wanted, way_back, &place)?;
            last = next;
        }
        Ok(())
    });
    succeed(outcomes);
}

#[test]
fn each_variant_is_kept_by_the_certificate() {
    for variant in files().iter().flat_map(|file| &file.variants) {
        let json = serde_json::to_string(&variant.wanted.catalog).unwrap();
        assert_eq!(serde_json::from_str::<Catalog>(&json).unwrap(), variant.wanted.catalog);
    }
}

/// A rename leaves nothing behind, and what undoes it neither.
#[test]
fn what_can_be_renamed_is_renamed_and_back() {
    let outcomes = side_by_side(&files(), |file| {
        let is_it = |address: &&ObjectAddress| address.kind == ObjectKind::Defined(file.info.kind);
        let variant =
            file.variants.iter().rev().find(|variant| variant.wanted.catalog.defined.keys().any(|it| is_it(&it)));
        match variant {
            Some(variant) if file.info.can_be_renamed => {
                let mut database = scratch(&variant.sql, &file.path)?;
                let catalog = &variant.wanted.catalog;
                catalog.defined.keys().filter(is_it).try_for_each(|it| renamed(&mut database, catalog, it))
            }
            Some(_) | None => Ok(()),
        }
    });
    succeed(outcomes);
}

fn renamed(database: &mut Scratch, before: &Catalog, from: &ObjectAddress) -> Result<(), String> {
    let to = "New \"name\"";
    let steps = rename_steps(&[Rename { from: from.clone(), to: to.into() }]);
    let run = |database: &mut Scratch, sql: &str| {
        let done = database.client().batch_execute(sql);
        done.map_err(|error| format!("{}\n{sql}", lockstep_postgres::error::described(&error)))?;
        state(database, Path::new(sql))
    };
    let after = run(database, &steps[0].sql)?;
    let is_there = |address: &ObjectAddress| {
        let name = if from.kind.is_named_by_part() { address.part.as_ref() } else { Some(&address.name) };
        address.kind == from.kind && name.is_some_and(|name| name.as_str() == to)
    };
    if after.catalog.defined.contains_key(from) || !after.catalog.defined.keys().any(is_there) {
        return Err(format!("{from} is not renamed by {}", steps[0].sql));
    }
    let Rollback::Sql(back) = &steps[0].rollback else { return Err(format!("no way back for {from}")) };
    let rest = diff(&run(database, back)?.catalog, before);
    if rest.is_empty() { Ok(()) } else { Err(format!("{rest:#?}\nis left after\n{back}")) }
}

/// What only creates can stand in any order.
#[test]
fn each_kind_is_loaded_backwards() {
    let outcomes = side_by_side(&files(), |file| {
        let words = ["ALTER ", "DROP ", "password", "secret", "token"];
        let only_creates = |variant: &&Variant| words.iter().all(|word| !variant.sql.contains(word));
        let largest = file.variants.iter().filter(only_creates).max_by_key(|variant| variant.sql.len());
        largest.map_or(Ok(()), |variant| backwards(variant, &file.path))
    });
    succeed(outcomes);
}

fn backwards(variant: &Variant, path: &Path) -> Result<(), String> {
    let forward = SourceFile::new("schema/10.sql", variant.sql.as_str());
    let statements = split(&forward).unwrap();
    let texts: Vec<&str> = statements.iter().rev().map(|statement| statement.span.text()).collect();
    let text = texts.join(";\n");
    let mut scratch = SERVER.scratch().unwrap();
    if let Err(wrong) =
        load(scratch.client(), &[SourceFile::new("schema/10.sql", text.as_str())], MissingRoles::Make).unwrap()
    {
        return Err(format!("{}: {wrong:#?}\n{text}", path.display()));
    }
    let rest = diff(&state(&mut scratch, path)?.catalog, &variant.wanted.catalog);
    if rest.is_empty() { Ok(()) } else { Err(format!("{}: {rest:#?}\n{text}", path.display())) }
}

/// No kind falls through. Roles belong to the whole server, so that no database has them alone, and default privileges to
/// roles: the tests of privileges show both.
#[test]
fn every_kind_has_its_file() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/defined");
    let of_roles = [DefinedKind::Role, DefinedKind::DefaultPrivileges];
    for info in DEFINED_KINDS.iter().filter(|info| !of_roles.contains(&info.kind)) {
        let file = folder.join(format!("{}.sql", info.name.replace(' ', "_")));
        assert!(file.is_file(), "{} is missing", file.display());
    }
}

/// Each file shows its kind and all of its clauses; those that only later servers know stand in variants for them.
#[test]
fn every_file_shows_its_kind() {
    succeed(files().into_iter().map(shows_its_kind));
}

fn shows_its_kind(file: &File) -> Result<(), String> {
    let catalogs = file.variants.iter().map(|variant| &variant.wanted.catalog);
    let objects: Vec<_> = catalogs
        .flat_map(|catalog| &catalog.defined)
        .filter(|(address, _)| address.kind == ObjectKind::Defined(file.info.kind))
        .map(|(_, object)| object)
        .collect();
    if objects.is_empty() && file.unknown.is_empty() {
        return Err(format!("{} has no {}", file.path.display(), file.info.name));
    }
    for clause in file.info.clauses {
        let is_it = |name: &String| name == clause.name || name.starts_with(&format!("{} ", clause.name));
        let is_set = objects.iter().any(|object| object.clauses.keys().any(is_it));
        let is_later = file.unknown.to_lowercase().contains(&clause.name.to_lowercase());
        if !is_set && !is_later {
            return Err(format!("{}: no variant has a clause {}", file.path.display(), clause.name));
        }
    }
    Ok(())
}
