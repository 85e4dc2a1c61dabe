//! The one table of hazards: what a step may lose or break, and which of it the user has to allow.

use std::fmt;
use std::str::FromStr;

use crate::catalog::ObjectAddress;

/// What may go wrong or get lost in one step.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hazard {
    /// Which hazard.
    pub kind: HazardKind,
    /// The object that it is about; a value of an enumerated type has the kind `Enum` and the value as its part.
    pub object: ObjectAddress,
    /// What exactly, in a few words.
    pub detail: String,
}

/// The kinds of hazards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HazardKind {
    /// A schema goes.
    DropSchema,
    /// An extension goes, and what it keeps in tables of its own.
    DropExtension,
    /// A table goes with its rows.
    DropTable,
    /// A column goes with its values.
    DropColumn,
    /// A sequence goes with its position.
    DropSequence,
    /// A value of an enumerated type goes.
    DropEnumValue,
    /// A column's new type may not hold all that the old one did.
    ChangeType,
    /// The statement fails where the rows do not fit.
    MayFail,
    /// The table is written anew.
    Rewrite,
    /// Writers wait for as long as the statement takes.
    Blocks,
    /// It comes without a connection or password, which no schema holds.
    LacksSecret,
    /// The server has no cast of its own from a column's type to its new one.
    NoCast,
    /// A role has to be on the server.
    NeedsRole,
    /// A role goes, which belongs to the whole server.
    DropRole,
}

/// What there is to know about a kind of hazard.
#[derive(Debug)]
pub struct HazardInfo {
    /// The kind.
    pub kind: HazardKind,
    /// The word in `--allow` and in headers.
    pub name: &'static str,
    /// What the step does to the object, as a message starts.
    pub verb: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// Whether the step is refused unless `--allow` names it.
    pub needs_allow: bool,
}

/// Every kind of hazard.
pub const HAZARDS: &[HazardInfo] = &[
    HazardInfo {
        kind: HazardKind::DropSchema,
        name: "drop-schema",
        verb: "drops",
        meaning: "a schema is dropped",
        needs_allow: true,
    },
    HazardInfo {
        kind: HazardKind::DropExtension,
        name: "drop-extension",
        verb: "drops",
        meaning: "an extension is dropped with what it keeps in its own tables",
        needs_allow: true,
    },
    HazardInfo {
        kind: HazardKind::DropTable,
        name: "drop-table",
        verb: "drops",
        meaning: "a table is dropped with its rows",
        needs_allow: true,
    },
    HazardInfo {
        kind: HazardKind::DropColumn,
        name: "drop-column",
        verb: "drops",
        meaning: "a column is dropped with its values",
        needs_allow: true,
    },
    HazardInfo {
        kind: HazardKind::DropSequence,
        name: "drop-sequence",
        verb: "drops",
        meaning: "a sequence is dropped with its position",
        needs_allow: true,
    },
    HazardInfo {
        kind: HazardKind::DropEnumValue,
        name: "drop-enum-value",
        verb: "removes a value of",
        meaning: "a value of an enumerated type is removed: rows that hold it stop the migration",
        needs_allow: true,
    },
    HazardInfo {
        kind: HazardKind::ChangeType,
        name: "change-type",
        verb: "changes the type of",
        meaning: "a column's new type may not hold everything that the old one did",
        needs_allow: true,
    },
    HazardInfo {
        kind: HazardKind::MayFail,
        name: "may-fail",
        verb: "may fail on",
        meaning: "the statement fails where the rows that are there do not fit",
        needs_allow: false,
    },
    HazardInfo {
        kind: HazardKind::Rewrite,
        name: "rewrite",
        verb: "rewrites",
        meaning: "the table is written anew under a lock that stops everyone",
        needs_allow: false,
    },
    HazardInfo {
        kind: HazardKind::Blocks,
        name: "blocks",
        verb: "stops the writers of",
        meaning: "writers wait while the whole table is read, and there is no other way to do it",
        needs_allow: false,
    },
    HazardInfo {
        kind: HazardKind::LacksSecret,
        name: "lacks-secret",
        verb: "leaves a secret out of",
        meaning: "a connection, password or the like is missing, because no schema holds one: set it by hand on each server",
        needs_allow: false,
    },
    HazardInfo {
        kind: HazardKind::NoCast,
        name: "no-cast",
        verb: "has no assignment cast for",
        meaning: "the server does not cast to a column's new type by itself: values may not convert, or get lost",
        needs_allow: true,
    },
    HazardInfo {
        kind: HazardKind::NeedsRole,
        name: "needs-role",
        verb: "needs",
        meaning: "the statement names a role, which has to be on the server",
        needs_allow: false,
    },
    HazardInfo {
        kind: HazardKind::DropRole,
        name: "drop-role",
        verb: "drops",
        meaning: "a role is dropped from the whole server: what it owns or is granted in any database of it stops the migration",
        needs_allow: true,
    },
];

impl HazardKind {
    /// Its row in [`HAZARDS`].
    #[must_use]
    pub fn info(self) -> &'static HazardInfo {
        &HAZARDS[self as usize]
    }
}

/// As headers hold it: `drop-column commerce.order.note (its values are lost)`.
impl fmt::Display for Hazard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, object, detail } = self;
        write!(f, "{} {}", kind.info().name, object.key())?;
        if detail.is_empty() { Ok(()) } else { write!(f, " ({detail})") }
    }
}

/// One `--allow`: a hazard, everywhere or for one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allow {
    /// The hazard that is accepted.
    pub hazard: HazardKind,
    /// The only object for which it is: `schema`, `schema.table`, `schema.table.column`.
    pub object: Option<String>,
}

impl Allow {
    /// Whether it accepts the hazard.
    #[must_use]
    pub fn covers(&self, hazard: &Hazard) -> bool {
        let Self { hazard: kind, object } = self;
        *kind == hazard.kind && object.as_ref().is_none_or(|object| *object == hazard.object.key())
    }
}

/// Reads `drop-table` or `drop-table:commerce.order`.
impl FromStr for Allow {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, object) = match text.split_once(':') {
            Some((name, object)) => (name, Some(object.to_owned())),
            None => (text, None),
        };
        let info = HAZARDS.iter().find(|info| info.name == name).ok_or_else(|| {
            let names: Vec<&str> = HAZARDS.iter().map(|info| info.name).collect();
            format!("`{name}` is no hazard; there are {}", names.join(", "))
        })?;
        Ok(Self { hazard: info.kind, object })
    }
}

/// Prints what [`Allow::from_str`] reads.
impl fmt::Display for Allow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { hazard, object } = self;
        f.write_str(hazard.info().name)?;
        object.as_ref().map_or(Ok(()), |object| write!(f, ":{object}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::ObjectKind;
    use crate::name::QualifiedName;

    #[test]
    fn each_kind_stands_at_its_own_place_in_the_table() {
        for (place, info) in HAZARDS.iter().enumerate() {
            assert_eq!(info.kind as usize, place, "{}", info.name);
        }
    }

    #[test]
    fn allow_covers_a_hazard_everywhere_or_for_one_object() {
        let hazard = |table: &str| Hazard {
            kind: HazardKind::DropColumn,
            object: ObjectAddress::part(ObjectKind::Column, &QualifiedName::new("shop", table), "note"),
            detail: String::new(),
        };
        let everywhere: Allow = "drop-column".parse().unwrap();
        assert!(everywhere.covers(&hazard("a")) && everywhere.covers(&hazard("b")));
        let here: Allow = "drop-column:shop.a.note".parse().unwrap();
        assert!(here.covers(&hazard("a")) && !here.covers(&hazard("b")));
        assert!(!"drop-table".parse::<Allow>().unwrap().covers(&hazard("a")));
        assert!("drop-tables".parse::<Allow>().is_err());
        assert_eq!(here.to_string(), "drop-column:shop.a.note");
    }
}
