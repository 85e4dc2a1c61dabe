//! What several commands do with schema, migrations and certificate, in the order of the data.
//!
//! [`inputs`] reads the files, [`calls`] the sources; [`live`] finds the server, [`side`] asks it what they mean; [`change`] plans what leads from one side to the
//! other, once [`ask`] has asked what only the user knows; [`draft`] writes the plan as migration files; [`proof`] runs
//! them and compares; [`undo`] runs what takes them back; [`certify`] puts together what was proven; [`write`] puts it in
//! place, all of it or nothing.

pub mod ask;
pub mod calls;
pub mod certify;
pub mod change;
pub mod draft;
pub mod inputs;
pub mod invalid;
pub mod live;
pub mod proof;
pub mod queries;
pub mod side;
pub mod source;
pub mod undo;
pub mod write;

/// What writes migrations and certificates.
pub const GENERATOR: &str = concat!("lockstep ", env!("CARGO_PKG_VERSION"));
