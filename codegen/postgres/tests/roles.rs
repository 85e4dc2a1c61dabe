//! Roles that a schema declares: each variant becomes each other, on the way through migrations and on the server itself,
//! and nothing else of the server is touched.

use std::path::Path;
use std::sync::LazyLock;

use lockstep_core::catalog::{Catalog, State};
use lockstep_core::diff::diff;
use lockstep_core::migration::MigrationFile;
use lockstep_core::name::Identifier;
use lockstep_core::plan::{Allow, Form, HAZARDS, HazardKind, Plan, PlanOptions, Rollback, plan};
use lockstep_core::source::SourceFile;
use lockstep_postgres::{MissingRoles, Roles, Scratch, Server, ensure, introspect, load, replay, roles};

static SERVER: LazyLock<Server> =
    LazyLock::new(|| ensure(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).unwrap());

/// `@` stands for what makes the names of a test its own.
const VARIANTS: &[&str] = &[
    "",
    "CREATE ROLE r@a; CREATE ROLE r@b LOGIN CONNECTION LIMIT 3 VALID UNTIL '2030-01-01 00:00:00+00'; GRANT r@a TO r@b;
     COMMENT ON ROLE r@a IS 'it''s $role$'; CREATE TABLE t (a int); GRANT SELECT ON t TO r@a",
    "CREATE USER r@b NOINHERIT CREATEDB; CREATE ROLE \"R@ \"\"c\"\"\" CREATEROLE IN ROLE pg_monitor, r@outside;
     GRANT r@a TO r@b WITH ADMIN OPTION; CREATE GROUP r@a ROLE \"R@ \"\"c\"\"\"; ALTER ROLE r@b SET search_path = app, public;
     ALTER ROLE r@b SET work_mem = '8MB'; ALTER ROLE r@a SET \"my.Setting\" TO 'it''s, x'; COMMENT ON ROLE r@b IS 'two';
     ALTER DEFAULT PRIVILEGES FOR ROLE r@a GRANT SELECT ON TABLES TO r@b; CREATE TABLE t (a int);
     GRANT SELECT ON t TO r@b; CREATE POLICY p ON t TO r@a USING (true)",
    "CREATE ROLE r@a SUPERUSER REPLICATION BYPASSRLS NOINHERIT; CREATE ROLE r@b VALID UNTIL '2031-01-01 00:00:00+00';
     ALTER ROLE r@b SET search_path = ''; GRANT r@a TO r@b; CREATE ROLE \"R@ \"\"c\"\"\" ROLE r@b; CREATE TABLE t (a int)",
];

struct Loaded {
    scratch: Scratch,
    state: State,
}

fn loaded(schema: &str) -> Result<Loaded, Vec<String>> {
    let mut scratch = SERVER.scratch().unwrap();
    let files = [SourceFile::new("schema/10.sql", schema)];
    let loaded = load(scratch.client(), &files, MissingRoles::Make).unwrap();
    let loaded =
        loaded.map_err(|wrong| wrong.iter().map(|it| format!("[{}] {}", it.code, it.message)).collect::<Vec<_>>())?;
    let mut state = introspect(scratch.client()).unwrap().state;
    state.catalog.roles = loaded.roles;
    Ok(Loaded { scratch, state })
}

fn planned(current: &State, desired: &State, form: Form) -> Plan {
    let allow = HAZARDS.iter().map(|info| Allow { hazard: info.kind, object: None }).collect();
    plan(current, desired, &PlanOptions { allow, form, ..PlanOptions::default() }).unwrap()
}

fn migration(number: usize, plan: &Plan) -> MigrationFile {
    let steps: Vec<String> =
        plan.files.iter().flat_map(|file| &file.steps).map(|step| format!("{};", step.sql)).collect();
    MigrationFile::parse(SourceFile::new(format!("migrations/V{number}__m.sql"), steps.join("\n"))).unwrap()
}

/// The names that a test has used, taken off the server at its end.
struct Names(&'static str);

impl Drop for Names {
    fn drop(&mut self) {
        let mut client = SERVER.connect("postgres").unwrap();
        let sql =
            format!("SELECT format('DROP ROLE IF EXISTS %I', rolname) FROM pg_roles WHERE rolname ~* '^r{}'", self.0);
        for row in client.query(&sql, &[]).unwrap_or_default() {
            _ = client.batch_execute(row.get(0));
        }
    }
}

#[test]
fn what_a_schema_declares_is_what_migrations_declare() {
    let names = Names("decl_m_");
    let states: Vec<State> =
        VARIANTS.iter().map(|variant| loaded(&variant.replace('@', names.0)).unwrap().state).collect();
    for (from, before) in states.iter().enumerate() {
        for (to, after) in states.iter().enumerate().filter(|(to, _)| *to != from) {
            let form = if from < to { Form::Offline } else { Form::Online };
            let first = migration(1, &planned(&states[0], before, form));
            let second = migration(2, &planned(before, after, form));
            let mut scratch = SERVER.scratch().unwrap();
            let replayed = replay(scratch.client(), &[first, second.clone()], MissingRoles::Make).unwrap();
            let replayed = replayed.unwrap_or_else(|wrong| panic!("{wrong:#?}\n{}", second.source.text));
            let mut reached = introspect(scratch.client()).unwrap().state;
            reached.catalog.roles = replayed.roles;
            let rest = diff(&reached.catalog, &after.catalog);
            assert!(rest.is_empty(), "{from} to {to}: {rest:#?}\n{}", second.source.text);
            let json = serde_json::to_string(&after.catalog).unwrap();
            assert_eq!(serde_json::from_str::<Catalog>(&json).unwrap(), after.catalog);
        }
    }
}

/// The same on the server itself, where the roles are there already, as somebody else has made them.
#[test]
fn the_server_gets_what_is_declared_and_nothing_else() {
    let names = Names("decl_s_");
    let mut database = SERVER.scratch().unwrap();
    let there =
        "CREATE ROLE r@a LOGIN CREATEDB CONNECTION LIMIT 9; CREATE ROLE r@outside LOGIN; CREATE ROLE r@other SUPERUSER";
    database.client().batch_execute(&there.replace('@', names.0)).unwrap();
    let others = |client: &mut postgres::Client| {
        let sql = format!("SELECT r::text FROM pg_roles r WHERE rolname ~ '^r{}(outside|other)' ORDER BY 1", names.0);
        client.query(&sql, &[]).unwrap().iter().map(|row| row.get(0)).collect::<Vec<String>>()
    };
    let before = others(database.client());
    let mut state = loaded("").unwrap().state;
    for place in [1, 2, 3, 1, 3, 2, 0] {
        let Loaded { mut scratch, state: wanted } = loaded(&VARIANTS[place].replace('@', names.0)).unwrap();
        let plan = planned(&state, &wanted, Form::Online);
        for step in plan.files.iter().flat_map(|file| &file.steps) {
            // Other databases of the server keep a role from going, which is the hazard.
            if step.hazards.iter().any(|hazard| hazard.kind == HazardKind::DropRole) {
                scratch.client().batch_execute("DROP OWNED BY CURRENT_USER").unwrap_or_default();
                continue;
            }
            let done = database.client().batch_execute(&step.sql);
            done.unwrap_or_else(|error| panic!("{}\n{}", lockstep_postgres::error::described(&error), step.sql));
        }
        let asked: Vec<&Identifier> = wanted.catalog.roles.keys().collect();
        let found = roles::read(database.client(), &asked).unwrap();
        assert_eq!(without_older(found, &wanted.catalog.roles), wanted.catalog.roles, "variant {place}");
        let mut reached = introspect(database.client()).unwrap().state;
        reached.catalog.roles.clone_from(&wanted.catalog.roles);
        assert_eq!(diff(&reached.catalog, &wanted.catalog), diff(&wanted.catalog, &wanted.catalog));
        state = reached;
    }
    assert_eq!(others(database.client()), before);
}

/// A role that was there before it was declared keeps its memberships, settings and comment, which are not what it is.
fn without_older(mut found: Roles, wanted: &Roles) -> Roles {
    for (name, role) in &mut found {
        let wanted = &wanted[name];
        role.clauses.retain(|clause, _| {
            wanted.clauses.contains_key(clause) || !clause.starts_with("MEMBER OF") && !clause.starts_with("SET ")
        });
        role.comment = role.comment.take().filter(|_| wanted.comment.is_some());
    }
    found
}

#[test]
fn loading_makes_a_placeholder_and_changes_no_role() {
    let names = Names("decl_l_");
    let name = |end: &str| Identifier::from(format!("r{}{end}", names.0));
    let mut client = SERVER.connect("postgres").unwrap();
    client.batch_execute(&format!("CREATE ROLE {} LOGIN CONNECTION LIMIT 7", name("a"))).unwrap();
    let Loaded { mut scratch, state } = loaded(&VARIANTS[1].replace('@', names.0)).unwrap();
    let roles: Vec<&Identifier> = state.catalog.roles.keys().collect();
    assert_eq!(roles, [&name("a"), &name("b")]);
    let (a, b) = (name("a"), name("b"));
    let on_server = roles::read(scratch.client(), &[&a, &b]).unwrap();
    let clauses: Vec<_> = on_server.values().map(|role| role.clauses.keys().cloned().collect::<Vec<_>>()).collect();
    assert_eq!(clauses, [vec!["CONNECTION LIMIT".to_owned(), "LOGIN".to_owned()], Vec::new()]);
}

#[test]
fn what_is_not_declared_is_not_changed() {
    let names = Names("decl_w_");
    let wrong = |schema: &str| loaded(&schema.replace('@', names.0)).err().unwrap_or_default();
    assert_eq!(
        wrong("GRANT pg_monitor TO r@x"),
        ["[role-not-declared] role rdecl_w_x is changed here and not declared"]
    );
    assert_eq!(wrong("ALTER ROLE r@x LOGIN"), ["[role-not-declared] role rdecl_w_x is changed here and not declared"]);
    assert_eq!(wrong("CREATE ROLE r@x; CREATE USER r@x"), ["[duplicate-definition] role rdecl_w_x is defined twice"]);
    assert_eq!(wrong("CREATE ROLE r@x LOGON"), ["[syntax-error] unrecognized role option \"logon\""]);
    assert_eq!(
        wrong("CREATE ROLE r@x PASSWORD 'hunter2'; ALTER USER r@y ENCRYPTED PASSWORD 'x'"),
        ["[secret-in-schema] a schema file must not hold a role's password"; 2]
    );
    assert_eq!(
        wrong("DROP ROLE r@x"),
        ["[not-a-definition] `DROP ROLE` concerns the whole server: a schema file must not hold it"]
    );
    assert_eq!(
        wrong("CREATE ROLE r@x; ALTER ROLE r@x IN DATABASE postgres SET work_mem = '1MB'"),
        ["[setting-in-database] settings of role rdecl_w_x in one database (postgres) belong to no schema"]
    );
    assert_eq!(
        wrong("CREATE ROLE r@x; GRANT r@x TO r@x"),
        ["[server-error] role \"rdecl_w_x\" is a member of role \"rdecl_w_x\""]
    );
    assert_eq!(wrong("CREATE ROLE r@x; CREATE ROLE r@y; GRANT r@x TO r@y; GRANT r@z TO r@y"), Vec::<String>::new());
}

#[test]
fn a_drop_comes_last_is_a_hazard_and_waits_until_nothing_refers_to_the_role() {
    let names = Names("decl_d_");
    let of = |schema: &str| loaded(&schema.replace('@', names.0)).unwrap().state;
    let before = of("CREATE ROLE r@a; CREATE TABLE t (a int); GRANT SELECT ON t TO r@a");
    let refused = |after: &State, options: &PlanOptions| {
        plan(&before, after, options).unwrap_err().iter().map(|it| it.to_string()).collect::<Vec<_>>().join("\n")
    };
    let none = PlanOptions::default();
    let gone = of("CREATE TABLE t (a int)");
    assert!(refused(&gone, &none).contains("--allow drop-role:rdecl_d_a"), "{}", refused(&gone, &none));
    let still = refused(&of("CREATE TABLE t (a int); GRANT SELECT ON t TO r@a"), &none);
    assert!(
        still.contains("role rdecl_d_a is no longer declared, but something is granted to it on table public.t"),
        "{still}"
    );
    let plan = planned(&before, &gone, Form::Online);
    let last = plan.files.last().unwrap();
    assert_eq!(format!("{:?}", last.phase), "Contract");
    assert_eq!(last.steps[0].sql, "DO $role$ BEGIN\n    DROP ROLE IF EXISTS rdecl_d_a;\nEND $role$");
    assert!(matches!(last.steps[0].rollback, Rollback::Irreversible(_)));
}

#[test]
fn loading_side_by_side_is_no_race() {
    let names = Names("decl_p_");
    let (one, two) = (
        "CREATE ROLE r@a LOGIN; CREATE ROLE r@b; CREATE ROLE r@c",
        "CREATE ROLE r@c; CREATE ROLE r@b LOGIN; CREATE ROLE r@a",
    );
    std::thread::scope(|scope| {
        for place in 0..6 {
            let schema = if place % 2 == 0 { one } else { two }.replace('@', names.0);
            scope.spawn(move || (0..5).for_each(|_| drop(loaded(&schema).unwrap())));
        }
    });
}
