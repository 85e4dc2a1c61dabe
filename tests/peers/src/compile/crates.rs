//! The crates that are compiled: the tables of `many_tables`, as each library wants them written.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::database::workspace_root;
use crate::many_tables::{COLUMNS, write_workspace};

/// A library with what writes a crate for so many tables into a folder.
pub struct Library {
    pub name: &'static str,
    pub write: fn(&Path, usize),
}

/// All of them; the first is compared with the others.
pub const LIBRARIES: &[Library] = &[
    Library { name: "Lockstep", write: lockstep },
    Library { name: "Diesel", write: diesel },
    Library { name: "SeaORM", write: sea_orm },
];

fn write_crate(root: &Path, dependencies: &str, library: &str, service: &str) {
    fs::create_dir_all(root.join("src")).expect("the folder can be made");
    let manifest = format!(
        "[package]\nname = \"measured\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n{dependencies}\n[workspace]\n\n\
         [profile.dev.build-override]\nopt-level = 2\n"
    );
    for (file, text) in [("Cargo.toml", &*manifest), ("src/lib.rs", library), ("src/service.rs", service)] {
        fs::write(root.join(file), text).expect("the file can be written");
    }
}

fn lockstep(root: &Path, tables: usize) {
    let codegen = workspace_root().join("codegen");
    let dependencies = format!(
        "[dependencies]\npg-lockstep = {{ path = {:?} }}\n\n[build-dependencies]\nlockstep-core = {{ path = {:?} }}\n",
        codegen.join("runtime"),
        codegen.join("core")
    );
    let service = "pub async fn amount(db: &dyn lockstep::Executor, id: i64) -> i32 {\n    \
                   let row = crate::shop::Table0::find(db, lockstep::Id::new(id)).await.ok().flatten();\n    \
                   let otherwise = /* changes: */ 0;\n    row.map_or(otherwise, |row| row.amount)\n}\n";
    write_crate(root, &dependencies, "mod service;\npub use service::amount;\n\nlockstep::schema!();\n", service);
    fs::write(root.join("build.rs"), "fn main() {\n    lockstep_core::build::run();\n}\n").expect("it can be written");
    write_workspace(root, tables);
}

/// A column's type in Rust, in Diesel's words, and in SeaORM's where it has to be told.
fn types(data_type: &str) -> (&'static str, &'static str, Option<&'static str>) {
    match data_type {
        "int8" => ("i64", "Int8", None),
        "int4" => ("i32", "Int4", None),
        "text" => ("String", "Text", Some("Text")),
        "bool" => ("bool", "Bool", None),
        "uuid" => ("uuid::Uuid", "Uuid", None),
        "jsonb" => ("serde_json::Value", "Jsonb", Some("JsonBinary")),
        "timestamptz" => ("chrono::DateTime<chrono::Utc>", "Timestamptz", None),
        other => unreachable!("no table has a {other}"),
    }
}

const VALUES: &str = "uuid = \"1\"\nchrono = { version = \"0.4\", default-features = false }\nserde_json = \"1\"\n";

fn diesel(root: &Path, tables: usize) {
    let dependencies = format!(
        "[dependencies]\n{VALUES}\n[dependencies.diesel]\nversion = \"2\"\ndefault-features = false\n\
         features = [\"postgres\", \"32-column-tables\", \"uuid\", \"chrono\", \"serde_json\"]\n"
    );
    let library: String = (0..tables).map(diesel_table).collect();
    let library = format!("mod service;\npub use service::amount;\n\n{library}");
    let service = "use diesel::prelude::*;\n\nuse crate::table_0;\n\n\
                   pub fn amount(db: &mut PgConnection, id: i64) -> i32 {\n    \
                   let row = table_0::table.find(id).select(crate::Table0::as_select()).first(db).ok();\n    \
                   let otherwise = /* changes: */ 0;\n    row.map_or(otherwise, |row| row.amount)\n}\n";
    write_crate(root, &dependencies, &library, service);
}

/// A table as Diesel's command line prints it, and the structs that its guide writes for it. What says which tables may
/// stand in one query is left out: as the command line prints it, it grows with the square of the tables.
fn diesel_table(number: usize) -> String {
    let (mut columns, mut row, mut new, mut patch) = (String::new(), String::new(), String::new(), String::new());
    for (name, data_type, not_null, default) in COLUMNS {
        let (rust, sql, _) = types(data_type);
        let (sql, rust) = if *not_null {
            (sql.to_owned(), rust.to_owned())
        } else {
            (format!("Nullable<{sql}>"), format!("Option<{rust}>"))
        };
        let _ = writeln!(columns, "        {name} -> {sql},");
        let _ = writeln!(row, "    pub {name}: {rust},");
        let given = if default.is_some() { format!("Option<{rust}>") } else { rust.clone() };
        let _ = writeln!(new, "    pub {name}: {given},");
        if *name != "id" {
            let _ = writeln!(patch, "    pub {name}: Option<{rust}>,");
        }
    }
    let check = "#[diesel(check_for_backend(diesel::pg::Pg))]";
    let name = format!("table_{number}");
    format!(
        "diesel::table! {{\n    shop.{name} (id) {{\n{columns}    }}\n}}\n\
         #[derive(Clone, Debug, PartialEq, diesel::Queryable, diesel::Selectable, diesel::Identifiable)]\n\
         #[diesel(table_name = {name})]\n{check}\npub struct Table{number} {{\n{row}}}\n\
         #[derive(Clone, Debug, PartialEq, diesel::Insertable)]\n\
         #[diesel(table_name = {name})]\n{check}\npub struct NewTable{number} {{\n{new}}}\n\
         #[derive(Clone, Debug, Default, PartialEq, diesel::AsChangeset)]\n\
         #[diesel(table_name = {name})]\npub struct Table{number}Patch {{\n{patch}}}\n"
    )
}

fn sea_orm(root: &Path, tables: usize) {
    let dependencies = format!(
        "[dependencies]\n{VALUES}\n[dependencies.sea-orm]\nversion = \"2\"\ndefault-features = false\n\
         features = [\"macros\", \"runtime-tokio\", \"sqlx-postgres\", \"with-chrono\", \"with-json\", \"with-uuid\"]\n"
    );
    let mut library = "mod service;\npub use service::amount;\n\n".to_owned();
    for number in 0..tables {
        let _ = writeln!(library, "pub mod table_{number};");
    }
    let service = "use sea_orm::{DatabaseConnection, EntityTrait as _};\n\n\
                   pub async fn amount(db: &DatabaseConnection, id: i64) -> i32 {\n    \
                   let row = crate::table_0::Entity::find_by_id(id).one(db).await.ok().flatten();\n    \
                   let otherwise = /* changes: */ 0;\n    row.map_or(otherwise, |row| row.amount)\n}\n";
    write_crate(root, &dependencies, &library, service);
    for number in 0..tables {
        let file = root.join(format!("src/table_{number}.rs"));
        fs::write(file, sea_orm_entity(number)).expect("the file can be written");
    }
}

/// An entity as SeaORM's command line writes it.
fn sea_orm_entity(number: usize) -> String {
    let mut fields = String::new();
    for (name, data_type, not_null, _) in COLUMNS {
        let (rust, _, column_type) = types(data_type);
        let mut attributes: Vec<String> = Vec::new();
        if *name == "id" {
            attributes.push("primary_key".to_owned());
        }
        attributes.extend(column_type.map(|column_type| format!("column_type = \"{column_type}\"")));
        if !not_null && column_type.is_some() {
            attributes.push("nullable".to_owned());
        }
        if *name == "code" {
            attributes.push("unique".to_owned());
        }
        if !attributes.is_empty() {
            let _ = writeln!(fields, "    #[sea_orm({})]", attributes.join(", "));
        }
        let rust = if *not_null { rust.to_owned() } else { format!("Option<{rust}>") };
        let _ = writeln!(fields, "    pub {name}: {rust},");
    }
    // The first table refers to itself.
    let owner = number.saturating_sub(1);
    let entity = if number == 0 { "Entity".to_owned() } else { format!("super::table_{owner}::Entity") };
    let id = if number == 0 { "Column::Id".to_owned() } else { format!("super::table_{owner}::Column::Id") };
    let related = format!(
        "impl Related<{entity}> for Entity {{\n    fn to() -> RelationDef {{\n        Relation::Owner.def()\n    }}\n}}\n\n"
    );
    let related = if number == 0 { String::new() } else { related };
    format!(
        "use sea_orm::entity::prelude::*;\n\n\
         #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]\n\
         #[sea_orm(schema_name = \"shop\", table_name = \"table_{number}\")]\npub struct Model {{\n{fields}}}\n\n\
         #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]\npub enum Relation {{\n    \
         #[sea_orm(belongs_to = \"{entity}\", from = \"Column::OwnerId\", to = \"{id}\")]\n    Owner,\n}}\n\n\
         {related}impl ActiveModelBehavior for ActiveModel {{}}\n"
    )
}
