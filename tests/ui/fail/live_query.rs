mod database {
    lockstep::schema!(root = "target/ui-live");
}

use lockstep::query;

fn wrong() {
    query!(root = "target/ui-live", "SELECT id FROM commerce.order WHERE ident = 1");
    query!(
        root = "target/ui-live",
        "SELECT id
         FORM commerce.order"
    );
}

fn main() {}
