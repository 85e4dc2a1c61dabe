//! The reference service: a small shop that migrates its database, takes orders, and tells about them.
//!
//! In: a [`config::Config`]. Out: HTTP.

pub mod config;
pub mod outbox;
pub mod rate_limit;
pub mod shutdown;
pub mod telemetry;
