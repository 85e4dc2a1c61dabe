//! Which package holds an extension that the server does not have: the names of Debian and of PostgreSQL's own
//! repositories for it (<https://wiki.postgresql.org/wiki/Apt>).

/// What ends the name of the package that is otherwise `postgresql-<major>-`, and its extensions.
const PACKAGES: &[(&str, &[&str])] = &[
    ("age", &["age"]),
    ("cron", &["pg_cron"]),
    ("debversion", &["debversion"]),
    ("first-last-agg", &["first_last_agg"]),
    ("hll", &["hll"]),
    ("http", &["http"]),
    ("hypopg", &["hypopg"]),
    ("icu-ext", &["icu_ext"]),
    ("ip4r", &["ip4r"]),
    ("jsquery", &["jsquery"]),
    ("mysql-fdw", &["mysql_fdw"]),
    ("ogr-fdw", &["ogr_fdw"]),
    ("orafce", &["orafce"]),
    ("partman", &["pg_partman"]),
    ("periods", &["periods"]),
    ("pg-hint-plan", &["pg_hint_plan"]),
    ("pg-qualstats", &["pg_qualstats"]),
    ("pg-stat-kcache", &["pg_stat_kcache"]),
    ("pg-wait-sampling", &["pg_wait_sampling"]),
    ("pgaudit", &["pgaudit"]),
    ("pgfincore", &["pgfincore"]),
    ("pglogical", &["pglogical"]),
    ("pgmp", &["pgmp"]),
    ("pgq3", &["pgq"]),
    ("pgrouting", &["pgrouting"]),
    ("pgsphere", &["pg_sphere"]),
    ("pgtap", &["pgtap"]),
    ("pgvector", &["vector"]),
    ("plpgsql-check", &["plpgsql_check"]),
    ("plproxy", &["plproxy"]),
    ("plr", &["plr"]),
    ("plsh", &["plsh"]),
    ("pointcloud", &["pointcloud", "pointcloud_postgis"]),
    (
        "postgis-3",
        &[
            "postgis",
            "postgis_raster",
            "postgis_sfcgal",
            "postgis_tiger_geocoder",
            "postgis_topology",
            "address_standardizer",
            "address_standardizer_data_us",
        ],
    ),
    ("prefix", &["prefix"]),
    ("q3c", &["q3c"]),
    ("rational", &["pg_rational"]),
    ("repack", &["pg_repack"]),
    ("rum", &["rum"]),
    ("semver", &["semver"]),
    ("set-user", &["set_user"]),
    ("similarity", &["pg_similarity"]),
    ("tdigest", &["tdigest"]),
    ("tds-fdw", &["tds_fdw"]),
    ("timescaledb", &["timescaledb"]),
    ("unit", &["unit"]),
];

/// The extensions of PostgreSQL itself (<https://www.postgresql.org/docs/current/contrib.html>).
const CONTRIB: &[&str] = &[
    "adminpack",
    "amcheck",
    "autoinc",
    "bloom",
    "btree_gin",
    "btree_gist",
    "citext",
    "cube",
    "dblink",
    "dict_int",
    "dict_xsyn",
    "earthdistance",
    "file_fdw",
    "fuzzystrmatch",
    "hstore",
    "insert_username",
    "intagg",
    "intarray",
    "isn",
    "lo",
    "ltree",
    "moddatetime",
    "old_snapshot",
    "pageinspect",
    "pg_buffercache",
    "pg_freespacemap",
    "pg_logicalinspect",
    "pg_prewarm",
    "pg_stat_statements",
    "pg_surgery",
    "pg_trgm",
    "pg_visibility",
    "pg_walinspect",
    "pgcrypto",
    "pgrowlocks",
    "pgstattuple",
    "postgres_fdw",
    "refint",
    "seg",
    "sslinfo",
    "tablefunc",
    "tcn",
    "tsm_system_rows",
    "tsm_system_time",
    "unaccent",
    "uuid-ossp",
    "xml2",
];

/// Procedural languages, whose packages are named the other way round: `postgresql-<language>-<major>`.
const LANGUAGES: &[(&str, &[&str])] = &[
    ("plperl", &["plperl", "plperlu", "bool_plperl", "bool_plperlu", "hstore_plperl", "jsonb_plperl"]),
    ("plpython3", &["plpython3u", "hstore_plpython3u", "jsonb_plpython3u", "ltree_plpython3u"]),
    ("pltcl", &["pltcl", "pltclu"]),
];

/// What to install where the server's message says that it has no such extension.
pub(super) fn hint(message: &str, major: u32) -> Option<String> {
    let is_missing = message.ends_with("is not available") || message.starts_with("could not open extension control");
    let extension = message.split('"').nth(1).filter(|_| is_missing)?;
    let extension = extension.rsplit('/').next()?.trim_end_matches(".control");
    Some(match package(extension, major) {
        Some(package) => format!(
            "install the package `{package}` on the machine of the development server (the name is Debian's), or set \
             LOCKSTEP_SERVER_URL to a server that has {extension}"
        ),
        None => format!(
            "install {extension} on the machine of the development server, or set LOCKSTEP_SERVER_URL to a server that \
             has it"
        ),
    })
}

fn package(extension: &str, major: u32) -> Option<String> {
    if CONTRIB.contains(&extension) {
        return Some("postgresql-contrib".to_owned());
    }
    let holds = |(_, extensions): &&(&str, &[&str])| extensions.contains(&extension);
    let language = LANGUAGES.iter().find(holds).map(|(name, _)| format!("postgresql-{name}-{major}"));
    language.or_else(|| PACKAGES.iter().find(holds).map(|(name, _)| format!("postgresql-{major}-{name}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_have_the_names_of_debian() {
        let named = |extension| package(extension, 15).unwrap_or_default();
        assert_eq!(named("postgis"), "postgresql-15-postgis-3");
        assert_eq!(named("vector"), "postgresql-15-pgvector");
        assert_eq!(named("hstore"), "postgresql-contrib");
        assert_eq!(named("plperl"), "postgresql-plperl-15");
        assert_eq!(package("nobody_knows", 15), None);
    }

    #[test]
    fn both_notations_of_the_server_are_read() {
        let messages = [
            "extension \"vector\" is not available",
            "could not open extension control file \"/usr/share/extension/vector.control\": No such file or directory",
        ];
        for message in messages {
            assert!(hint(message, 14).unwrap().contains("`postgresql-14-pgvector`"), "{message}");
        }
        assert_eq!(hint("extension \"vector\" already exists", 14), None);
    }

    #[test]
    fn each_extension_is_in_one_package() {
        let mut all: Vec<&str> = CONTRIB.to_vec();
        all.extend(PACKAGES.iter().chain(LANGUAGES).flat_map(|(_, extensions)| extensions.iter()));
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
