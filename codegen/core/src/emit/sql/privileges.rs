//! `GRANT`, `REVOKE` and `ALTER DEFAULT PRIVILEGES`.
//!
//! The owner of an object has no name in the model, and the statements take none but names: what concerns the owner is
//! put together by the server, which knows who that is.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{
    BuiltIn, ByGrantee, Catalog, DefinedKind, Grantee, Hold, NewObjects, ObjectAddress, ObjectKind, Privilege,
    Privileges, RoutineKind,
};
use crate::emit::sql::{described, routine_signature, sql_name};
use crate::name::quote_literal;

/// What has to be granted and revoked for one access control list to become another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PrivilegeChanges {
    pub(crate) revoke: ByGrantee,
    pub(crate) revoke_option: ByGrantee,
    pub(crate) grant: ByGrantee,
    pub(crate) grant_option: ByGrantee,
}

impl PrivilegeChanges {
    /// What leads from one list to the other.
    pub(crate) fn between(from: &Privileges, to: &Privileges, built_in: BuiltIn) -> Self {
        let mut changes = Self::default();
        let keys: BTreeSet<(&Grantee, Privilege)> = from.entries().chain(to.entries()).collect();
        for (grantee, privilege) in keys {
            // What one side has revoked was given by the server, whatever this version of it is said to give.
            let was_given = [from, to].iter().any(|side| holds(&side.revoked, grantee, privilege));
            let hold = |side: &Privileges| match side.hold(built_in, grantee, privilege) {
                Hold::Not if was_given && !holds(&side.revoked, grantee, privilege) => Hold::Plain,
                hold => hold,
            };
            let (before, after) = (hold(from), hold(to));
            let list = match (before, after) {
                (Hold::Not | Hold::Plain, Hold::Grantable) => &mut changes.grant_option,
                (Hold::Not, Hold::Plain) => &mut changes.grant,
                (Hold::Plain | Hold::Grantable, Hold::Not) => &mut changes.revoke,
                (Hold::Grantable, Hold::Plain) => &mut changes.revoke_option,
                (Hold::Not, Hold::Not) | (Hold::Plain, Hold::Plain) | (Hold::Grantable, Hold::Grantable) => continue,
            };
            list.entry(grantee.clone()).or_default().insert(privilege);
        }
        changes
    }

    /// Whether somebody loses something.
    pub(crate) fn takes_away(&self) -> bool {
        !self.revoke.is_empty() || !self.revoke_option.is_empty()
    }

    /// Whether revoking it from a relation also takes it from a column, where it is held as firmly as `hold`.
    pub(crate) fn reaches_columns(&self, grantee: &Grantee, privilege: Privilege, hold: Hold) -> bool {
        privilege.concerns_columns()
            && (holds(&self.revoke, grantee, privilege)
                || hold == Hold::Grantable && holds(&self.revoke_option, grantee, privilege))
    }

    /// Who gets something.
    pub(crate) fn receivers(&self) -> impl Iterator<Item = &Grantee> {
        self.grant.keys().chain(self.grant_option.keys())
    }

    /// Who loses something.
    pub(crate) fn losers(&self) -> impl Iterator<Item = &Grantee> {
        self.revoke.keys().chain(self.revoke_option.keys())
    }

    /// What gives.
    pub(crate) fn granting(&self, target: &Target) -> Vec<String> {
        let Self { revoke: _, revoke_option: _, grant, grant_option } = self;
        let plain = target.statements("GRANT ", grant, "TO", "");
        plain.into_iter().chain(target.statements("GRANT ", grant_option, "TO", " WITH GRANT OPTION")).collect()
    }

    /// What takes.
    pub(crate) fn revoking(&self, target: &Target) -> Vec<String> {
        let Self { revoke, revoke_option, grant: _, grant_option: _ } = self;
        let plain = target.statements("REVOKE ", revoke, "FROM", "");
        plain.into_iter().chain(target.statements("REVOKE GRANT OPTION FOR ", revoke_option, "FROM", "")).collect()
    }

    /// All statements: what takes comes first.
    pub(crate) fn statements(&self, target: &Target) -> Vec<String> {
        self.revoking(target).into_iter().chain(self.granting(target)).collect()
    }
}

pub(crate) fn holds(by: &ByGrantee, grantee: &Grantee, privilege: Privilege) -> bool {
    by.get(grantee).is_some_and(|privileges| privileges.contains(&privilege))
}

/// Those who get the same stand in one statement.
fn by_privileges(by: &ByGrantee) -> BTreeMap<&BTreeSet<Privilege>, Vec<&Grantee>> {
    let mut groups: BTreeMap<_, Vec<&Grantee>> = BTreeMap::new();
    for (grantee, privileges) in by {
        groups.entry(privileges).or_default().push(grantee);
    }
    groups
}

/// What a statement grants on.
pub(crate) enum Target<'a> {
    /// An object of a catalog.
    Object(&'a Catalog, &'a ObjectAddress),
    /// New objects.
    NewObjects(&'a ObjectAddress),
}

impl Target<'_> {
    fn statements(&self, verb: &str, by: &ByGrantee, between: &str, end: &str) -> Vec<String> {
        let mut statements = Vec::new();
        for (privileges, grantees) in by_privileges(by) {
            let start = format!("{verb}{} ON {} {between} ", self.privileges(privileges), self.words());
            statements.extend(self.completed(&start, &grantees, end));
        }
        statements
    }

    fn privileges(&self, privileges: &BTreeSet<Privilege>) -> String {
        let column = match self {
            Self::Object(_, address) if address.kind == ObjectKind::Column => address.part.as_ref(),
            Self::Object(..) | Self::NewObjects(_) => None,
        };
        let column = column.map_or_else(String::new, |column| format!(" ({column})"));
        privileges.iter().map(|privilege| format!("{}{column}", privilege.name())).collect::<Vec<_>>().join(", ")
    }

    fn words(&self) -> String {
        match self {
            Self::Object(catalog, address) => object_words(catalog, address),
            Self::NewObjects(address) => {
                NewObjects::of_default(address).map_or_else(String::new, |new| new.name().to_uppercase())
            }
        }
    }

    /// The statement for all grantees that have names, and the one for the owner.
    fn completed(&self, start: &str, grantees: &[&Grantee], end: &str) -> Vec<String> {
        let mut named = Vec::new();
        let mut owner = false;
        for grantee in grantees {
            match grantee {
                Grantee::Owner => owner = true,
                Grantee::Public => named.push("PUBLIC".to_owned()),
                Grantee::Role(name) => named.push(name.to_string()),
            }
        }
        let mut statements = Vec::new();
        if !named.is_empty() {
            statements.push(self.prefixed(&format!("{start}{}{end}", named.join(", "))));
        }
        if owner {
            statements.extend(self.for_owner(start, end));
        }
        statements
    }

    fn prefixed(&self, statement: &str) -> String {
        let Self::NewObjects(address) = self else { return statement.to_owned() };
        let role = address.part.as_ref().map_or_else(String::new, |role| format!(" FOR ROLE {role}"));
        let schema = address.schema.as_ref().map_or_else(String::new, |schema| format!(" IN SCHEMA {schema}"));
        format!("ALTER DEFAULT PRIVILEGES{role}{schema} {statement}")
    }

    fn for_owner(&self, start: &str, end: &str) -> Option<String> {
        match self {
            Self::NewObjects(address) => {
                let role = address.part.as_ref().map_or_else(|| "CURRENT_USER".to_owned(), ToString::to_string);
                Some(self.prefixed(&format!("{start}{role}{end}")))
            }
            Self::Object(catalog, address) => {
                let (owner, row) = owner_of(catalog, address)?;
                let (start, end) = (quote_literal(start), quote_literal(end));
                let body = format!("BEGIN EXECUTE (SELECT {start} || {owner}::regrole || {end} FROM {row}); END");
                Some(format!("DO {}", quote_literal(&body)))
            }
        }
    }
}

/// `TABLE shop.item`, `FUNCTION shop.total(integer)`: what follows `ON`.
fn object_words(catalog: &Catalog, address: &ObjectAddress) -> String {
    let word = match address.kind {
        ObjectKind::Schema => "SCHEMA",
        ObjectKind::Sequence => return format!("SEQUENCE {}", sequence_name(catalog, address)),
        ObjectKind::Routine => {
            let signature = routine_signature(address);
            let word = match catalog.routines.get(&signature).map(|routine| routine.kind) {
                Some(RoutineKind::Procedure) => "PROCEDURE",
                Some(RoutineKind::Function | RoutineKind::Window | RoutineKind::Aggregate) => "FUNCTION",
                None => "ROUTINE",
            };
            return format!("{word} {signature}");
        }
        ObjectKind::Enum | ObjectKind::Domain | ObjectKind::Composite | ObjectKind::Range => "TYPE",
        ObjectKind::Table | ObjectKind::Column | ObjectKind::View | ObjectKind::MaterializedView => "TABLE",
        ObjectKind::Defined(DefinedKind::Language) => "LANGUAGE",
        ObjectKind::Defined(DefinedKind::ForeignDataWrapper) => "FOREIGN DATA WRAPPER",
        ObjectKind::Defined(DefinedKind::Server) => "FOREIGN SERVER",
        // These have no privileges.
        ObjectKind::Defined(_) => "",
        ObjectKind::Extension
        | ObjectKind::DomainConstraint
        | ObjectKind::Attribute
        | ObjectKind::Constraint
        | ObjectKind::Index
        | ObjectKind::Trigger => "",
    };
    format!("{word} {}", sql_name(address))
}

/// The name of a sequence; that of an identity column is addressed by its column.
fn sequence_name(catalog: &Catalog, address: &ObjectAddress) -> String {
    let identity = address.part.as_ref().zip(address.qualified_name()).and_then(|(column, name)| {
        let table = catalog.tables.get(&name)?;
        let column = table.columns.iter().find(|it| it.name == *column)?;
        Some(crate::emit::sql::table::identity_sequence(&name, column.identity.as_ref()?))
    });
    identity.map_or_else(|| sql_name(address), |name| name.to_string())
}

/// The column that holds the owner of an object, and the row: what follows `FROM`.
fn owner_of(catalog: &Catalog, address: &ObjectAddress) -> Option<(&'static str, String)> {
    let by_name = |table: &str, column: &str| {
        format!("pg_catalog.{table} WHERE {column} = {}", quote_literal(address.name.as_str()))
    };
    let by_oid = |table: &str, name: String, data_type: &str| {
        format!("pg_catalog.{table} WHERE oid = {}::{data_type}", quote_literal(&name))
    };
    match address.kind {
        ObjectKind::Schema => Some(("nspowner", by_oid("pg_namespace", sql_name(address), "regnamespace"))),
        ObjectKind::Sequence => Some(("relowner", by_oid("pg_class", sequence_name(catalog, address), "regclass"))),
        ObjectKind::Table | ObjectKind::Column | ObjectKind::View | ObjectKind::MaterializedView => {
            Some(("relowner", by_oid("pg_class", sql_name(address), "regclass")))
        }
        ObjectKind::Routine => {
            Some(("proowner", by_oid("pg_proc", routine_signature(address).to_string(), "regprocedure")))
        }
        ObjectKind::Enum | ObjectKind::Domain | ObjectKind::Composite | ObjectKind::Range => {
            Some(("typowner", by_oid("pg_type", sql_name(address), "regtype")))
        }
        ObjectKind::Defined(DefinedKind::Language) => Some(("lanowner", by_name("pg_language", "lanname"))),
        ObjectKind::Defined(DefinedKind::ForeignDataWrapper) => {
            Some(("fdwowner", by_name("pg_foreign_data_wrapper", "fdwname")))
        }
        ObjectKind::Defined(DefinedKind::Server) => Some(("srvowner", by_name("pg_foreign_server", "srvname"))),
        ObjectKind::Extension
        | ObjectKind::DomainConstraint
        | ObjectKind::Attribute
        | ObjectKind::Constraint
        | ObjectKind::Index
        | ObjectKind::Trigger
        | ObjectKind::Defined(_) => None,
    }
}

/// `SECURITY LABEL`, provider by provider, to lead from one set of labels to another.
pub(crate) fn label_statements(
    catalog: &Catalog,
    address: &ObjectAddress,
    from: &BTreeMap<String, String>,
    to: &BTreeMap<String, String>,
) -> Vec<String> {
    let is_sequence = address.kind == ObjectKind::Sequence;
    let sequence = is_sequence.then(|| format!("SEQUENCE {}", sequence_name(catalog, address)));
    let object = sequence.unwrap_or_else(|| described(catalog, address));
    let providers: BTreeSet<&String> = from.keys().chain(to.keys()).collect();
    providers
        .into_iter()
        .filter(|provider| from.get(*provider) != to.get(*provider))
        .map(|provider| {
            let label = to.get(provider).map_or_else(|| "NULL".to_owned(), |label| quote_literal(label));
            format!("SECURITY LABEL FOR {} ON {object} IS {label}", quote_literal(provider))
        })
        .collect()
}
