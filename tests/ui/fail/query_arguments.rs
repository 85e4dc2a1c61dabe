lockstep::schema!(root = "tests/ui/fixtures/queries");

// What is not to be found by `db:generate` goes by another name.
use lockstep::query as ask;

fn named(db: i64, id: i64, note: Option<&str>) {
    lockstep::query!(root = "tests/ui/fixtures/queries", "SELECT id FROM shop.order WHERE id = @id", di = id);
    lockstep::query!(root = "tests/ui/fixtures/queries", "SELECT id FROM shop.order WHERE id = @id", id, id = id);
    lockstep::query!(root = "tests/ui/fixtures/queries", "SELECT id FROM shop.order WHERE id = @id", id + 1);
    lockstep::query!(
        root = "tests/ui/fixtures/queries",
        "UPDATE shop.customer SET name = @name? WHERE id = @id",
        name = note,
    );
}

fn numbered(id: i64) {
    lockstep::query!(root = "tests/ui/fixtures/queries", "SELECT id FROM shop.order WHERE id = $1");
    lockstep::query!(root = "tests/ui/fixtures/queries", "SELECT id FROM shop.order WHERE id = $1", id, id + 1);
    lockstep::query!(root = "tests/ui/fixtures/queries", "SELECT id FROM shop.order WHERE id = $1", order = id);
}

fn unknown(table: &str) {
    ask!(root = "tests/ui/fixtures/queries", "SELECT id FROM shop.customer");
    ask!(root = "tests/ui/fixtures/queries", "SELECT 1 AS one; SELECT 2 AS two");
    ask!(root = "tests/ui/fixtures/queries", "SELECT 'größe");
    ask!(root = "tests/ui/fixtures/queries", "SELECT $1, @name");
    ask!(root = "tests/ui/fixtures/queries", "");
    ask!(root = "tests/ui/fixtures/queries", format!("SELECT id FROM {table}"));
    ask!(root = "tests/ui/fixtures/queries", table, 1);
    ask!();
}

fn main() {}
