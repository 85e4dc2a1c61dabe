//! What a person at a terminal is asked, on a real pseudo-terminal: whether a drop and a create are a rename.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::fd::OwnedFd;

use lockstep_tests::workspace::TestWorkspace;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

const ONE: &str =
    "CREATE SCHEMA shop;\nCREATE TABLE shop.item (\n    id bigint PRIMARY KEY,\n    name text NOT NULL\n);\n";

fn generated() -> TestWorkspace {
    let workspace = TestWorkspace::with_schema(&[("10_shop.sql", ONE)]);
    workspace.succeed(&["db:generate", "init", "--problem", "there is no shop"]);
    workspace
}

/// What a session at a terminal has left.
struct Session {
    status: Option<i32>,
    stdout: String,
    screen: String,
}

/// Runs a command at a terminal on which each answer is typed when the question stands there.
fn typed(workspace: &TestWorkspace, arguments: &[&str], answers: &[&str]) -> Session {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let path = ptsname(&master, Vec::new()).unwrap().into_string().unwrap();
    let terminal: OwnedFd = OpenOptions::new().read(true).write(true).open(path).unwrap().into();
    let mut command = workspace.command(arguments);
    command.env("NO_COLOR", "1").stdin(terminal.try_clone().unwrap()).stderr(terminal);
    command.stdout(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(command);
    let mut master = File::from(master);
    let mut screen = String::new();
    let mut answers = answers.iter();
    let mut seen = 0;
    let mut bytes = [0; 4096];
    // Once nobody has the other end open, reading from it is an error.
    while let Ok(count) = master.read(&mut bytes) {
        screen.push_str(&String::from_utf8_lossy(&bytes[..count]));
        if screen[seen..].contains("to stop): ") {
            seen = screen.len();
            master.write_all(format!("{}\n", answers.next().expect("no further question")).as_bytes()).unwrap();
        }
    }
    let mut stdout = String::new();
    child.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
    let status = child.wait().unwrap().code();
    assert_eq!(answers.next(), None, "{screen}");
    Session { status, stdout, screen: screen.replace("\r\n", "\n") }
}

#[test]
fn a_column_that_is_the_same_is_renamed() {
    let workspace = generated();
    workspace.write("schema/10_shop.sql", &ONE.replace("name text", "title text"));
    let Session { status, screen, .. } =
        typed(&workspace, &["db:generate", "rename", "--problem", "p"], &["x", "", "1"]);
    assert_eq!(status, Some(0), "{screen}");
    insta::assert_snapshot!(screen, @"
    column shop.item.title (schema/10_shop.sql:4:5) may be another one under a new name:
      1  rename shop.item.name to title: what it holds stays
      2  drop shop.item.name and add shop.item.title: what it holds is lost
    your answer (1 to 2, or q to stop): x
    your answer (1 to 2, or q to stop): 
    your answer (1 to 2, or q to stop): 1
    the same in the schema: `-- @renamed from=name` above schema/10_shop.sql:4:5; on the command line: `--rename shop.item.name=title`
    ");
    let migration = workspace.read(&format!("migrations/{}", workspace.migrations()[1]));
    assert!(migration.contains("ALTER TABLE shop.item RENAME COLUMN name TO title;"), "{migration}");
    // Nobody is asked again.
    workspace.succeed(&["db:generate"]);
}

#[test]
fn a_column_that_is_another_needs_to_be_allowed_to_be_dropped() {
    let workspace = generated();
    workspace.write("schema/10_shop.sql", &ONE.replace("name text NOT NULL", "title text"));
    let before = workspace.tree();
    let Session { status, screen, .. } = typed(&workspace, &["db:generate"], &["2"]);
    assert_eq!(status, Some(1), "{screen}");
    assert!(screen.contains("accept it with `--allow drop-column:shop.item.name`"), "{screen}");
    assert_eq!(workspace.tree(), before);
    let arguments = ["db:generate", "--problem", "p", "--allow", "drop-column:shop.item.name"];
    let Session { status, screen, .. } = typed(&workspace, &arguments, &["2"]);
    assert_eq!(status, Some(0), "{screen}");
    workspace.succeed(&["check"]);
}

#[test]
fn whoever_stops_has_changed_nothing() {
    let workspace = generated();
    workspace.write("schema/10_shop.sql", &ONE.replace("name text", "title text"));
    let before = workspace.tree();
    // The second is the end of the input: Ctrl-D.
    for answer in ["q", "\u{4}"] {
        let Session { status, screen, .. } = typed(&workspace, &["db:generate"], &[answer]);
        assert_eq!(status, Some(1), "{screen}");
        assert!(screen.contains("error[ambiguous-rename]"), "{screen}");
        assert_eq!(workspace.tree(), before);
    }
}

/// A table that is renamed raises the question of its columns.
#[test]
fn one_answer_may_raise_the_next_question() {
    let workspace = TestWorkspace::new();
    let columns = "id bigint PRIMARY KEY, code text, amount int, at date, note boolean";
    workspace.write("a/1.sql", &format!("CREATE TABLE item ({columns});"));
    workspace.write("b/1.sql", &format!("CREATE TABLE thing ({});", columns.replace("note", "remark")));
    let Session { status, stdout, screen } = typed(&workspace, &["db:diff", "--from", "a", "--to", "b"], &["1", "1"]);
    assert_eq!(status, Some(0), "{screen}");
    insta::assert_snapshot!(stdout, @"
    ALTER TABLE public.item RENAME TO thing;

    ALTER TABLE public.thing RENAME COLUMN note TO remark;

    ALTER TABLE public.thing RENAME CONSTRAINT item_pkey TO thing_pkey;
    ");
    let Session { status, stdout, screen } = typed(&workspace, &["db:diff", "--from", "a", "--to", "b"], &["2"]);
    assert_eq!(status, Some(0), "{screen}");
    assert!(stdout.contains("DROP TABLE public.item;"), "{stdout}");
}

#[test]
fn nobody_is_asked_for_json() {
    let workspace = generated();
    workspace.write("schema/10_shop.sql", &ONE.replace("name text", "title text"));
    let Session { status, stdout, .. } = typed(&workspace, &["db:generate", "--format", "json"], &[]);
    assert_eq!(status, Some(1));
    assert!(stdout.starts_with(r#"{"code":"ambiguous-rename""#), "{stdout}");
}
