//! x
use crate::cli::Context;
use crate::stop::{Outcome, Stop};
/// A.
#[derive(Debug, clap::Args)]
pub struct Arguments {}
pub(super) fn run(_context: &Context<'_>, _arguments: &Arguments) -> Result<Outcome, Stop> {
    Ok(Outcome::Fine)
}
