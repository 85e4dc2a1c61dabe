//! What is decided about a change beyond the schema itself: annotations, and what cannot be done in place.

use super::*;

#[test]
fn diff_follows_the_annotations_of_the_schema_that_it_leads_to() {
    let after = "CREATE TABLE a (\n  id bigint PRIMARY KEY,\n  -- @using length(n)\n  n integer,\n  \
                 -- @renamed from=old\n  fresh text,\n  -- @backfill 'x' || id\n  must text NOT NULL\n);\n";
    let workspace = TestWorkspace::with_schema(&[("10_a.sql", after)]);
    let mut database = server().scratch().unwrap();
    database
        .client()
        .batch_execute(
            "CREATE TABLE a (id bigint PRIMARY KEY, n text, old text); INSERT INTO a VALUES (1, 'four', 'kept')",
        )
        .unwrap();
    let (url, to) = (database.url(), workspace.root().join("schema").display().to_string());
    let Run { stdout, .. } = workspace.succeed(&["db:diff", "--from", &url, "--to", &to]);
    for statement in split(&SourceFile::new("diff.sql", stdout.as_str())).unwrap() {
        let sql = statement.span.text();
        database.client().batch_execute(sql).unwrap_or_else(|error| panic!("{sql}\n{error:?}"));
    }
    let row = database.client().query_one("SELECT n, fresh, must FROM a", &[]).unwrap();
    assert_eq!((row.get::<_, i32>(0), row.get::<_, &str>(1), row.get::<_, &str>(2)), (4, "kept", "x1"));
    assert_eq!(workspace.succeed(&["db:diff", "--from", &url, "--to", &to]).stdout, "");
}

#[test]
fn a_type_that_rows_are_partitioned_by_is_not_replaced() {
    let schema = |values: &str| {
        format!(
            "CREATE TYPE kind AS ENUM ({values});\nCREATE TABLE event (\n  id bigint,\n  of kind\n) PARTITION BY LIST (of);\n\
             CREATE TABLE event_a PARTITION OF event FOR VALUES IN ('a');\n"
        )
    };
    let workspace = TestWorkspace::with_schema(&[("10_event.sql", &schema("'a', 'b'"))]);
    workspace.succeed(&["db:generate", "init", "--problem", "p"]);
    workspace.write("schema/10_event.sql", &schema("'a'"));
    let before = workspace.tree();
    let Run { status, stderr, .. } =
        workspace.run(&["db:generate", "--problem", "p", "--allow", "drop-enum-value", "--allow", "change-type"]);
    assert_eq!(status, Some(1), "{stderr}");
    assert!(stderr.contains("partition-key-type") && stderr.contains("schema/10_event.sql:4"), "{stderr}");
    assert!(stderr.contains("column public.event.of is in the partition key of table public.event"), "{stderr}");
    assert!(stderr.contains("copy the rows, and swap the names"), "{stderr}");
    assert_eq!(workspace.tree(), before);
}

#[test]
fn a_commit_that_postgresql_wants_is_told() {
    let schema =
        |values: &str, default: &str| format!("CREATE TYPE m AS ENUM ({values}); CREATE TABLE t (m m{default});");
    let workspace = TestWorkspace::with_schema(&[]);
    workspace.write("from.sql", &schema("'a'", ""));
    workspace.write("to.sql", &schema("'a', 'b'", " DEFAULT 'b'"));
    let diff = ["db:diff", "--from", "from.sql", "--to", "to.sql", "--offline"];
    let Run { stdout, .. } = workspace.succeed(&diff);
    assert!(stdout.contains("ADD VALUE 'b';\n\n-- commit what is above before this\nALTER TABLE"), "{stdout}");
    let printed = workspace.succeed(&[&diff[..], &["--format", "json"]].concat()).stdout;
    let printed: serde_json::Value = serde_json::from_str(&printed).unwrap();
    let files: Vec<_> = printed["statements"].as_array().unwrap().iter().map(|it| it["file"].as_u64()).collect();
    assert_eq!(files, [Some(1), Some(2)]);
}

#[test]
fn an_operator_that_another_one_names_is_not_dropped() {
    let workspace = TestWorkspace::with_schema(&[]);
    let operator = |name: &str, other: &str| {
        format!("CREATE OPERATOR {name} (FUNCTION = texteq, LEFTARG = text, RIGHTARG = text, COMMUTATOR = {other});\n")
    };
    let (first, second) = (operator("<?>", "<??>"), operator("<??>", "<?>"));
    workspace.write("both.sql", &format!("{first}{second}"));
    workspace.write("one.sql", &first);
    let Run { status, stderr, .. } = workspace.run(&["db:diff", "--from", "both.sql", "--to", "one.sql"]);
    assert_eq!(status, Some(1), "{stderr}");
    let message = "operator-only-named]: operator public.<??>(text, text) is dropped, and operator public.<?>(text, text) \
                   still names it";
    assert!(stderr.contains(message) && stderr.contains("one.sql:1"), "{stderr}");
    workspace.succeed(&["db:diff", "--from", "one.sql", "--to", "both.sql"]);
}
