//! What a role without any privilege sees: all of it, or a diagnostic that names what it may not see.

use std::path::Path;

use lockstep_postgres::{Introspection, Scratch, ensure, introspect};

const EVERYTHING: &str = include_str!("everything.sql");

/// A database that a script has filled, with a role that may do nothing in it.
struct Fixture {
    scratch: Scratch,
    role: String,
}

impl Fixture {
    fn new(script: &str) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut scratch = ensure(&root).unwrap().scratch().unwrap();
        let role = format!("restricted_{}", scratch.name());
        let roles = format!("REVOKE ALL ON SCHEMA public FROM PUBLIC; CREATE ROLE {role}");
        scratch.client().batch_execute(script).unwrap();
        scratch.client().batch_execute(&roles).unwrap();
        Self { scratch, role }
    }

    fn as_owner(&mut self) -> Introspection {
        introspect(self.scratch.client()).unwrap()
    }

    fn as_restricted(&mut self) -> Result<Introspection, String> {
        let mut client = self.scratch.connect().unwrap();
        client.batch_execute(&format!("SET SESSION AUTHORIZATION {}", self.role)).unwrap();
        let usable: Option<Vec<String>> = client.query_one(USABLE, &[]).unwrap().get(0);
        assert_eq!(usable, None);
        introspect(&mut client).map_err(|error| error.to_string())
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        let drop_role = format!("DROP OWNED BY {role}; DROP ROLE {role}", role = self.role);
        self.scratch.client().batch_execute(&drop_role).unwrap();
    }
}

/// The schemas that the role may look into.
const USABLE: &str = "SELECT pg_catalog.array_agg(nspname::text) FROM pg_catalog.pg_namespace
    WHERE pg_catalog.has_schema_privilege(oid, 'USAGE') AND nspname !~ '^pg_' AND nspname <> 'information_schema'";

#[test]
fn a_role_without_privileges_sees_the_whole_model() {
    let mut fixture = Fixture::new(EVERYTHING);
    let mut all = fixture.as_owner();
    assert!(all.state.catalog.addresses().len() > 40);
    all.state.facts.owners.asking = Some(fixture.role.as_str().into());
    assert_eq!(fixture.as_restricted().unwrap(), all);
}

/// Passwords stand in the options of user mappings and in the connection of a subscription: those are hidden.
#[test]
fn what_a_role_may_not_see_is_named() {
    let mut fixture = Fixture::new(
        "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w;
         CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (\"user\" 'u', password 'p');",
    );
    let all = fixture.as_owner();
    let restricted = fixture.as_restricted().unwrap();
    let names_it = restricted.refused.iter().any(|refusal| refusal.kind.contains("user mapping"));
    assert!(names_it || restricted == all, "{restricted:#?}");
}

#[test]
fn a_catalog_that_a_role_may_not_read_is_named_with_what_to_do() {
    let mut fixture = Fixture::new("REVOKE SELECT ON pg_catalog.pg_trigger FROM PUBLIC");
    let said = fixture.as_restricted().unwrap_err();
    assert!(said.contains("permission denied for table pg_trigger"), "{said}");
    assert!(said.contains("hint: let the role read the system catalogs"), "{said}");
}
