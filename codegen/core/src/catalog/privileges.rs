//! Who may do what with an object: what differs from what PostgreSQL gives on its own.
//!
//! An access control list names its object's owner, and its defaults are those of a version. Told as a difference, with
//! the owner as a word of its own, two databases compare equal whoever owns them and whatever their version adds.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::catalog::{DefinedKind, ObjectAddress, ObjectKind};
use crate::name::Identifier;

/// A right that an access control list can hold, in the order in which statements name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Privilege {
    /// To read a relation or a column of it.
    Select,
    /// To add rows.
    Insert,
    /// To change rows.
    Update,
    /// To delete rows.
    Delete,
    /// To empty a table.
    Truncate,
    /// To refer to it by a foreign key.
    References,
    /// To create triggers on it.
    Trigger,
    /// To `VACUUM`, `ANALYZE`, `CLUSTER`, `REFRESH`, `REINDEX` and `LOCK` it (17 and later).
    Maintain,
    /// To use a schema, sequence, type, language, foreign-data wrapper or server.
    Usage,
    /// To create objects in a schema.
    Create,
    /// To call a routine.
    Execute,
}

const PRIVILEGES: &[(Privilege, &str)] = &[
    (Privilege::Select, "SELECT"),
    (Privilege::Insert, "INSERT"),
    (Privilege::Update, "UPDATE"),
    (Privilege::Delete, "DELETE"),
    (Privilege::Truncate, "TRUNCATE"),
    (Privilege::References, "REFERENCES"),
    (Privilege::Trigger, "TRIGGER"),
    (Privilege::Maintain, "MAINTAIN"),
    (Privilege::Usage, "USAGE"),
    (Privilege::Create, "CREATE"),
    (Privilege::Execute, "EXECUTE"),
];

impl Privilege {
    /// The word in `GRANT`, which is also what `aclexplode` calls it.
    #[must_use]
    pub fn name(self) -> &'static str {
        PRIVILEGES[self as usize].1
    }

    /// Whether it can be granted on a column: revoking it from a relation then revokes it from the columns too.
    #[must_use]
    pub fn concerns_columns(self) -> bool {
        match self {
            Self::Select | Self::Insert | Self::Update | Self::References => true,
            Self::Delete
            | Self::Truncate
            | Self::Trigger
            | Self::Maintain
            | Self::Usage
            | Self::Create
            | Self::Execute => false,
        }
    }
}

impl FromStr for Privilege {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let row = PRIVILEGES.iter().find(|(_, word)| *word == name);
        row.map(|(privilege, _)| *privilege).ok_or_else(|| format!("`{name}` is no privilege"))
    }
}

/// Who holds a privilege. Written as `@owner`, `@public` or the role's name, of which a first `@` is doubled.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub enum Grantee {
    /// Whoever owns the object.
    Owner,
    /// Everyone.
    Public,
    /// This role.
    Role(Identifier),
}

impl From<Grantee> for String {
    fn from(grantee: Grantee) -> Self {
        match grantee {
            Grantee::Owner => "@owner".to_owned(),
            Grantee::Public => "@public".to_owned(),
            Grantee::Role(name) if name.as_str().starts_with('@') => format!("@{}", name.as_str()),
            Grantee::Role(name) => name.0,
        }
    }
}

impl From<String> for Grantee {
    fn from(text: String) -> Self {
        match text.as_str() {
            "@owner" => Self::Owner,
            "@public" => Self::Public,
            _ => Self::Role(text.strip_prefix('@').map_or(text.clone(), str::to_owned).into()),
        }
    }
}

/// Privileges by who holds them; nobody stands there with none.
pub type ByGrantee = BTreeMap<Grantee, BTreeSet<Privilege>>;

/// The kinds of objects whose columns have privileges.
pub(crate) const RELATIONS: &[ObjectKind] = &[ObjectKind::Table, ObjectKind::View, ObjectKind::MaterializedView];

/// How an access control list differs from the one that PostgreSQL gives on its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Privileges {
    /// What was granted beyond the default.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub granted: ByGrantee,
    /// What was granted `WITH GRANT OPTION`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub grantable: ByGrantee,
    /// What of the default was revoked.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub revoked: ByGrantee,
}

/// How firmly somebody holds a privilege.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hold {
    /// Not at all.
    Not,
    /// For themselves.
    Plain,
    /// `WITH GRANT OPTION`.
    Grantable,
}

impl Privileges {
    /// Whether it is what PostgreSQL gives on its own.
    #[must_use]
    pub fn is_default(&self) -> bool {
        let Self { granted, grantable, revoked } = self;
        granted.is_empty() && grantable.is_empty() && revoked.is_empty()
    }

    /// How firmly `grantee` holds `privilege` where PostgreSQL on its own gives what `built_in` says.
    #[must_use]
    pub fn hold(&self, built_in: BuiltIn, grantee: &Grantee, privilege: Privilege) -> Hold {
        let Self { granted, grantable, revoked } = self;
        let holds = |by: &ByGrantee| by.get(grantee).is_some_and(|privileges| privileges.contains(&privilege));
        if holds(grantable) {
            Hold::Grantable
        } else if holds(granted) || built_in.gives(grantee, privilege) && !holds(revoked) {
            Hold::Plain
        } else {
            Hold::Not
        }
    }

    /// Makes `grantee` hold `privilege` exactly so firmly.
    pub fn set(&mut self, built_in: BuiltIn, grantee: &Grantee, privilege: Privilege, hold: Hold) {
        let is_given = built_in.gives(grantee, privilege);
        let put = |by: &mut ByGrantee, is_there: bool| {
            if is_there {
                by.entry(grantee.clone()).or_default().insert(privilege);
            } else if let Some(privileges) = by.get_mut(grantee) {
                privileges.remove(&privilege);
                by.retain(|_, privileges| !privileges.is_empty());
            }
        };
        put(&mut self.granted, hold == Hold::Plain && !is_given);
        put(&mut self.grantable, hold == Hold::Grantable);
        put(&mut self.revoked, hold == Hold::Not && is_given);
    }

    /// Everything that it speaks of.
    pub fn entries(&self) -> impl Iterator<Item = (&Grantee, Privilege)> {
        let Self { granted, grantable, revoked } = self;
        let all = [granted, grantable, revoked].into_iter().flatten();
        all.flat_map(|(grantee, privileges)| privileges.iter().map(move |privilege| (grantee, *privilege)))
    }

    /// The roles that it names.
    pub fn roles(&self) -> impl Iterator<Item = &Identifier> {
        self.entries().filter_map(|(grantee, _)| match grantee {
            Grantee::Role(name) => Some(name),
            Grantee::Owner | Grantee::Public => None,
        })
    }
}

/// What PostgreSQL gives on its own: everything to the owner, and to everyone what the kind of object says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuiltIn {
    /// Nothing to anyone: columns, and what is granted by default in one schema on top of what is granted everywhere.
    Nothing,
    /// All to the owner.
    Owner,
    /// All to the owner, and one privilege to everyone.
    OwnerAnd(Privilege),
}

impl BuiltIn {
    /// The default of an object; none where the object has no access control list.
    #[must_use]
    pub fn of(address: &ObjectAddress) -> Option<Self> {
        match address.kind {
            ObjectKind::Column => Some(Self::Nothing),
            ObjectKind::Schema if address.name.as_str() == "public" => Some(Self::OwnerAnd(Privilege::Usage)),
            ObjectKind::Schema
            | ObjectKind::Sequence
            | ObjectKind::Table
            | ObjectKind::View
            | ObjectKind::MaterializedView => Some(Self::Owner),
            ObjectKind::Enum | ObjectKind::Domain | ObjectKind::Composite | ObjectKind::Range => {
                Some(Self::OwnerAnd(Privilege::Usage))
            }
            ObjectKind::Routine => Some(Self::OwnerAnd(Privilege::Execute)),
            ObjectKind::Extension
            | ObjectKind::DomainConstraint
            | ObjectKind::Attribute
            | ObjectKind::Constraint
            | ObjectKind::Index
            | ObjectKind::Trigger => None,
            ObjectKind::Defined(DefinedKind::Language) => Some(Self::OwnerAnd(Privilege::Usage)),
            ObjectKind::Defined(DefinedKind::ForeignDataWrapper | DefinedKind::Server) => Some(Self::Owner),
            ObjectKind::Defined(_) => None,
        }
    }

    fn gives(self, grantee: &Grantee, privilege: Privilege) -> bool {
        match (self, grantee) {
            (Self::Nothing, _) | (_, Grantee::Role(_)) | (Self::Owner, Grantee::Public) => false,
            (Self::Owner | Self::OwnerAnd(_), Grantee::Owner) => true,
            (Self::OwnerAnd(given), Grantee::Public) => given == privilege,
        }
    }
}

/// The kinds of new objects that `ALTER DEFAULT PRIVILEGES` tells apart, in the address of such a default: the name is
/// one of these words, the part the role whose new objects it concerns (none for the role that asks).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NewObjects {
    /// Tables, views, materialized views and foreign tables.
    Tables,
    /// Sequences.
    Sequences,
    /// Functions, procedures and aggregates.
    Functions,
    /// Types and domains.
    Types,
    /// Schemas.
    Schemas,
    /// Large objects (18 and later).
    LargeObjects,
}

const NEW_OBJECTS: &[(NewObjects, char, &str)] = &[
    (NewObjects::Tables, 'r', "tables"),
    (NewObjects::Sequences, 'S', "sequences"),
    (NewObjects::Functions, 'f', "functions"),
    (NewObjects::Types, 'T', "types"),
    (NewObjects::Schemas, 'n', "schemas"),
    (NewObjects::LargeObjects, 'L', "large objects"),
];

impl NewObjects {
    /// What `pg_default_acl.defaclobjtype` calls them.
    #[must_use]
    pub fn from_code(code: char) -> Option<Self> {
        NEW_OBJECTS.iter().find(|(_, letter, _)| *letter == code).map(|(new, _, _)| *new)
    }

    /// The word in an address, and in capitals in the statement.
    #[must_use]
    pub fn name(self) -> &'static str {
        NEW_OBJECTS[self as usize].2
    }

    /// What an address of such a default speaks of.
    #[must_use]
    pub fn of_default(address: &ObjectAddress) -> Option<Self> {
        NEW_OBJECTS.iter().find(|(_, _, name)| *name == address.name.as_str()).map(|(new, _, _)| *new)
    }

    /// What an object counts as when it is made; none where no default concerns it.
    #[must_use]
    pub fn of_object(address: &ObjectAddress) -> Option<Self> {
        match address.kind {
            ObjectKind::Schema => Some(Self::Schemas),
            ObjectKind::Enum | ObjectKind::Domain | ObjectKind::Composite | ObjectKind::Range => Some(Self::Types),
            ObjectKind::Sequence => Some(Self::Sequences),
            ObjectKind::Table | ObjectKind::View | ObjectKind::MaterializedView => Some(Self::Tables),
            ObjectKind::Routine => Some(Self::Functions),
            ObjectKind::Extension
            | ObjectKind::DomainConstraint
            | ObjectKind::Attribute
            | ObjectKind::Column
            | ObjectKind::Constraint
            | ObjectKind::Index
            | ObjectKind::Trigger
            | ObjectKind::Defined(_) => None,
        }
    }

    /// The address of such a default.
    #[must_use]
    pub fn address(self, role: Option<Identifier>, schema: Option<Identifier>) -> ObjectAddress {
        let kind = ObjectKind::Defined(DefinedKind::DefaultPrivileges);
        ObjectAddress { kind, schema, name: self.name().into(), part: role }
    }

    /// What PostgreSQL gives on its own, which these defaults replace.
    #[must_use]
    pub fn built_in(self) -> BuiltIn {
        match self {
            Self::Tables | Self::Sequences | Self::Schemas | Self::LargeObjects => BuiltIn::Owner,
            Self::Functions => BuiltIn::OwnerAnd(Privilege::Execute),
            Self::Types => BuiltIn::OwnerAnd(Privilege::Usage),
        }
    }
}
