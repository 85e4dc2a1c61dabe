//! Skeleton.

pub mod migrator;
