//! How a map from addresses stands in the certificate: a list of entries, each with the object that it is about.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::catalog::ObjectAddress;

#[derive(Serialize)]
struct EntryRef<'a, V> {
    object: &'a ObjectAddress,
    value: &'a V,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry<V> {
    object: ObjectAddress,
    value: V,
}

pub(super) fn serialize<V: Serialize, S: Serializer>(
    map: &BTreeMap<ObjectAddress, V>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(map.iter().map(|(object, value)| EntryRef { object, value }))
}

pub(super) fn deserialize<'de, V: DeserializeOwned, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<ObjectAddress, V>, D::Error> {
    let entries = Vec::<Entry<V>>::deserialize(deserializer)?;
    Ok(entries.into_iter().map(|Entry { object, value }| (object, value)).collect())
}
