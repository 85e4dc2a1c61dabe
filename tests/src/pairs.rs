//! The random numbers of the property suites: the same in every usual run, so that one which fails can be run again; others
//! in every long one. `LOCKSTEP_PROPERTY_SEED` says which.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::LazyLock;

use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// The seed of this run.
#[must_use]
pub fn seed() -> u64 {
    static SEED: LazyLock<u64> = LazyLock::new(|| {
        let chosen = std::env::var("LOCKSTEP_PROPERTY_SEED").ok().and_then(|seed| seed.parse().ok());
        let is_long = std::env::var_os("LOCKSTEP_LONG").is_some();
        chosen.unwrap_or_else(|| if is_long { RandomState::new().hash_one(0) } else { 1 })
    });
    *SEED
}

/// A runner whose numbers come from the seed of this run and the number of the thread.
#[must_use]
pub fn runner(config: Config, thread: u32) -> TestRunner {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed().to_le_bytes());
    bytes[8..12].copy_from_slice(&thread.to_le_bytes());
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}
