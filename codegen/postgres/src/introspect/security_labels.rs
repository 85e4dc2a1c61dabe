//! `SECURITY LABEL`, by object or column and by provider.

use super::found::Found;
use super::{Reader, Refusal};
use crate::error::Error;

const QUERY: &str = concat!(include_str!("sql/prelude.sql"), include_str!("sql/security_labels.sql"));

pub(super) fn read(reader: &mut Reader<'_>, found: &mut Found) -> Result<Vec<Refusal>, Error> {
    let mut refused = Vec::new();
    for row in reader.rows("read the security labels", QUERY)? {
        match found.carrier(&row).filter(|address| address.kind.takes_security_labels()) {
            Some(address) => {
                let labels = found.catalog.security_labels.entry(address).or_default();
                labels.insert(row.get("provider"), row.get("label"));
            }
            None => refused.push(Refusal {
                kind: "security label".to_owned(),
                object: row.get("identity"),
                detail: row.get("provider"),
                transaction: u32::try_from(row.get::<_, i64>("transaction")).unwrap_or_default(),
            }),
        }
    }
    Ok(refused)
}
