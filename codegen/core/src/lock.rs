//! The lock modes of relations, in PostgreSQL's words.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A table-level lock mode, weakest first ([manual, section 13.3.1](https://www.postgresql.org/docs/current/explicit-locking.html)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LockMode {
    /// Taken by reading.
    AccessShare,
    /// Taken by `SELECT … FOR UPDATE` and the like.
    RowShare,
    /// Taken by writing.
    RowExclusive,
    /// Stops other changes of the schema and `VACUUM`; readers and writers go on.
    ShareUpdateExclusive,
    /// Stops writers.
    Share,
    /// Stops writers and itself.
    ShareRowExclusive,
    /// Lets only plain reading go on.
    Exclusive,
    /// Stops everyone.
    AccessExclusive,
}

/// Every mode with its name in the manual and in `pg_locks`, weakest first.
const MODES: &[(LockMode, &str, &str)] = &[
    (LockMode::AccessShare, "ACCESS SHARE", "AccessShareLock"),
    (LockMode::RowShare, "ROW SHARE", "RowShareLock"),
    (LockMode::RowExclusive, "ROW EXCLUSIVE", "RowExclusiveLock"),
    (LockMode::ShareUpdateExclusive, "SHARE UPDATE EXCLUSIVE", "ShareUpdateExclusiveLock"),
    (LockMode::Share, "SHARE", "ShareLock"),
    (LockMode::ShareRowExclusive, "SHARE ROW EXCLUSIVE", "ShareRowExclusiveLock"),
    (LockMode::Exclusive, "EXCLUSIVE", "ExclusiveLock"),
    (LockMode::AccessExclusive, "ACCESS EXCLUSIVE", "AccessExclusiveLock"),
];

impl LockMode {
    /// Reads the name that `pg_locks` shows, such as `AccessExclusiveLock`.
    #[must_use]
    pub fn from_pg_locks(name: &str) -> Option<Self> {
        MODES.iter().find(|(_, _, shown)| *shown == name).map(|(mode, _, _)| *mode)
    }

    /// Whether it stops writers: `INSERT`, `UPDATE`, `DELETE`.
    #[must_use]
    pub fn stops_writers(self) -> bool {
        self >= Self::Share
    }
}

/// The name in the manual and in `LOCK TABLE`, such as `ACCESS EXCLUSIVE`.
impl fmt::Display for LockMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MODES[*self as usize].1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mode_stands_at_its_own_place_in_the_table() {
        for (place, (mode, _, shown)) in MODES.iter().enumerate() {
            assert_eq!(*mode as usize, place);
            assert_eq!(LockMode::from_pg_locks(shown), Some(*mode));
        }
        assert_eq!(LockMode::from_pg_locks("SIReadLock"), None);
        assert_eq!(LockMode::ShareUpdateExclusive.to_string(), "SHARE UPDATE EXCLUSIVE");
    }
}
