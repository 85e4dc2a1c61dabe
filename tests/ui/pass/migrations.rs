//! The migrations of a workspace, embedded as a constant.

use lockstep::migrator::Migrations;

const MIGRATIONS: Migrations<'static> = lockstep::migrations!(root = "tests/ui/fixtures/orders");

fn main() {
    let [init, note] = MIGRATIONS.migrations else { panic!("{MIGRATIONS:?}") };
    assert_eq!((init.version, init.name, init.statements.len()), (20_250_101_120_000, "init", 3));
    assert_eq!((note.file, note.transactional), ("V20250102120000__add_note.sql", true));
    assert_eq!(note.statements[0].sql, "ALTER TABLE commerce.\"order\" ADD COLUMN note text");
    assert_eq!(note.statements[0].line, 13);
    assert!(note.body().trim_start().starts_with("ALTER"));
}
