//! What a log collector sees of a run: a span for every migration and for every statement.

use std::io;
use std::sync::{Arc, Mutex};

use lockstep::migrator::Migrator;
use lockstep_tests::{block_on, server};
use tracing_subscriber::fmt::format::FmtSpan;

use super::embed;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(text);
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn every_migration_and_every_statement_has_a_span() {
    let database = server().scratch().unwrap();
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_span_events(FmtSpan::NEW)
        .with_writer(move || writer.clone())
        .finish();
    // Of the whole process: tests beside this one would else tell the macros that nobody listens.
    tracing::subscriber::set_global_default(subscriber).unwrap();
    block_on(async {
        let files = [
            ("V1__spans_a.sql", "CREATE TABLE a (id int);\nCREATE TABLE b (id int);"),
            ("V2__spans_c.sql", "SELECT 1;"),
        ];
        let migrator = Migrator::new(embed(&files));
        migrator.run(&database.url()).await.unwrap();
    });
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let spans: Vec<&str> = text
        .lines()
        .filter(|line| line.contains("name=\"spans_") && line.contains(": new"))
        .filter_map(|line| line.split_once("INFO ")?.1.split(": lockstep").next())
        .collect();
    assert_eq!(
        spans,
        [
            "migration{version=1 name=\"spans_a\"}",
            "migration{version=1 name=\"spans_a\"}:statement{statement=1 line=1}",
            "migration{version=1 name=\"spans_a\"}:statement{statement=2 line=2}",
            "migration{version=2 name=\"spans_c\"}",
            "migration{version=2 name=\"spans_c\"}:statement{statement=1 line=1}",
        ],
        "{text}"
    );
}
