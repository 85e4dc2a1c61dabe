//! The random numbers of the property suites: the same in every usual run, so that one which fails can be run again; others
//! in every long one. `LOCKSTEP_PROPERTY_SEED` says which.

use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// A runner whose numbers come from the seed of this run and the number of the thread.
#[must_use]
pub fn runner(config: Config, thread: u32) -> TestRunner {
    let chosen = std::env::var("LOCKSTEP_PROPERTY_SEED").ok().and_then(|seed| seed.parse::<u64>().ok());
    let seed = match chosen {
        Some(seed) => seed,
        None if std::env::var_os("LOCKSTEP_LONG").is_some() => return TestRunner::new(config),
        None => 1,
    };
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    bytes[8..12].copy_from_slice(&thread.to_le_bytes());
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}
