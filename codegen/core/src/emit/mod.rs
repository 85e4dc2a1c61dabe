//! From catalogs to text.

pub mod rust;
pub mod sql;
