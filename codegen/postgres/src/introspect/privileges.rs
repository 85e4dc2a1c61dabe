//! Who may do what: access control lists of objects and columns, and default privileges.
//!
//! What is granted on members of extensions and on the system's own objects counts too, although they are part of no
//! schema. What is on anything else that the model does not hold, and what somebody other than the owner has granted
//! (with a grant option), is refused: statements that run as one role cannot make it.

use std::collections::BTreeMap;

use lockstep_core::catalog::{BuiltIn, Grantee, NewObjects, ObjectAddress, ObjectKind, Privilege, Privileges};
use postgres::Row;

use super::found::Found;
use super::row::{code, identifier, optional_identifier, unknown_code};
use super::{Reader, Refusal};
use crate::error::Error;

const QUERY: &str = concat!(include_str!("sql/prelude.sql"), include_str!("sql/privileges.sql"));
const DEFAULTS: &str = concat!(include_str!("sql/prelude.sql"), include_str!("sql/default_privileges.sql"));

pub(super) fn read(reader: &mut Reader<'_>, found: &mut Found) -> Result<Vec<Refusal>, Error> {
    let mut refused = Vec::new();
    let mut all: BTreeMap<ObjectAddress, Privileges> = BTreeMap::new();
    for row in reader.rows("read the privileges", QUERY)? {
        let own = found.carrier(&row).filter(|address| BuiltIn::of(address).is_some());
        let address = match own {
            Some(address) => Some(address),
            None => beyond(&row)?.inspect(|address| {
                found.beyond.insert(address.clone(), optional_identifier(&row, "beyond_extension"));
            }),
        };
        match address {
            Some(address) => match add(&row, all.entry(address).or_default())? {
                Ok(()) => {}
                Err(why) => refused.push(refusal("privilege", &row, why)),
            },
            None => refused.push(refusal("privilege", &row, row.get("acl"))),
        }
    }
    found.catalog.privileges = all;
    let mut all: BTreeMap<ObjectAddress, Privileges> = BTreeMap::new();
    for row in reader.rows("read the default privileges", DEFAULTS)? {
        if let Err(why) = add(&row, all.entry(default_address(&row)?).or_default())? {
            refused.push(refusal("default privilege", &row, why));
        }
    }
    found.catalog.default_privileges = all;
    Ok(refused)
}

/// The address of a member of an extension, or of an object of the system's.
fn beyond(row: &Row) -> Result<Option<ObjectAddress>, Error> {
    let Some(kind) = row.get::<_, Option<String>>("beyond_kind") else { return Ok(None) };
    Ok(Some(ObjectAddress {
        kind: ObjectKind::try_from(kind).map_err(Error::Unexpected)?,
        schema: optional_identifier(row, "beyond_schema"),
        name: identifier(row, "beyond_name"),
        part: optional_identifier(row, "beyond_part"),
    }))
}

fn default_address(row: &Row) -> Result<ObjectAddress, Error> {
    let letter = code(row, "objects");
    let new = NewObjects::from_code(letter).ok_or_else(|| unknown_code("defaclobjtype", letter))?;
    let role = optional_identifier(row, "of_role").filter(|_| !row.get::<_, bool>("is_mine"));
    Ok(new.address(role, optional_identifier(row, "schema")))
}

/// Notes one privilege of one grantee, or says why it cannot.
fn add(row: &Row, privileges: &mut Privileges) -> Result<Result<(), String>, Error> {
    let privilege: Privilege = row.get::<_, &str>("privilege").parse().map_err(Error::Unexpected)?;
    let grantee = if row.get("is_public") {
        Grantee::Public
    } else if row.get("is_owner") {
        Grantee::Owner
    } else {
        match optional_identifier(row, "role") {
            Some(role) => Grantee::Role(role),
            None => return Ok(Err(format!("{} to a role that is gone", privilege.name()))),
        }
    };
    let by = match row.get("what") {
        "revoked" => &mut privileges.revoked,
        _ if !row.get::<_, bool>("by_owner") => {
            let grantor =
                optional_identifier(row, "grantor").map_or_else(|| "a role that is gone".to_owned(), |it| it.0);
            return Ok(Err(format!("{} granted by {grantor}, who is not the owner", privilege.name())));
        }
        _ if row.get("grantable") => &mut privileges.grantable,
        _ => &mut privileges.granted,
    };
    by.entry(grantee).or_default().insert(privilege);
    Ok(Ok(()))
}

fn refusal(kind: &str, row: &Row, detail: String) -> Refusal {
    Refusal {
        kind: kind.to_owned(),
        object: row.get("identity"),
        detail: Some(detail),
        transaction: u32::try_from(row.get::<_, i64>("transaction")).unwrap_or_default(),
    }
}
