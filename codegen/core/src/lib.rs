//! The pure heart of Lockstep: what a schema is, how two of them differ, and what to write about it.
//!
//! In: text and catalogs. Out: catalogs, plans, SQL, Rust and diagnostics. This crate opens no connection, starts no
//! process, knows no terminal and reads no clock; only [`build`] touches the file system.

pub mod annotation;
pub mod build;
pub mod catalog;
pub mod certificate;
pub mod diagnostic;
pub mod diff;
pub mod emit;
mod lineage;
pub mod lock;
pub mod migration;
pub mod name;
pub mod plan;
pub mod query;
pub mod rename;
pub mod settings;
pub mod source;
pub mod sql;
pub mod workspace;
