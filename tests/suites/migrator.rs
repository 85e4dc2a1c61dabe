//! The migrator against a real server.
