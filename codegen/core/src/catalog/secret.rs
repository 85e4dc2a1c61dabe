//! Which options of foreign objects hold secrets. Their values stand nowhere: not in a catalog, a certificate or a
//! message. What is known and compared is that they are set.

/// What the names of options end with that hold passwords, tokens and the like: `sslkey`, `access_key`, but neither
/// `keyspace` nor `password_required`.
const SECRET_ENDS: &[&str] = &[
    "password",
    "passwd",
    "passcode",
    "pwd",
    "passphrase",
    "passfile",
    "secret",
    "token",
    "credential",
    "credentials",
    "key",
];

/// Whether an option of a foreign server, user mapping or table holds a secret, going by its name. Its value is never
/// read into the catalog: it stands there as the empty text, [`SECRET_VALUE`], which says that it is set.
#[must_use]
pub fn is_secret(option: &str) -> bool {
    let name = option.trim_matches('"').to_ascii_lowercase();
    SECRET_ENDS.iter().any(|end| name.ends_with(end))
}

/// What stands for the value of an option that holds a secret, as SQL.
pub const SECRET_VALUE: &str = "''";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_told_by_their_names() {
        let secret =
            ["password", "\"API Key\"", "sslpassword", "passcode", "passfile", "api_token", "secret", "sslkey", "key"];
        let plain = ["user", "host", "dbname", "fetch_size", "keepalives", "sslmode", "keyspace", "password_required"];
        assert_eq!(secret.map(is_secret), [true; 9]);
        assert_eq!(plain.map(is_secret), [false; 8]);
    }
}
