//! From catalogs to text.

pub mod sql;
