//! Waiting times. Many replicas wait for the same thing, so no two may wait equally long.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// Between half and one and a half times `duration`.
pub(crate) fn jittered(duration: Duration) -> Duration {
    // Every RandomState has keys of its own, so that the hash of nothing is a random number.
    let random = RandomState::new().hash_one(()) as f64 / u64::MAX as f64;
    duration.mul_f64(0.5 + random)
}

/// The pause after the nth attempt, from 1: `first`, growing by half each time up to `longest`, jittered.
pub(crate) fn backoff(attempt: u32, first: Duration, longest: Duration) -> Duration {
    let growth = 1.5_f64.powi(i32::try_from(attempt.saturating_sub(1).min(30)).unwrap_or(30));
    jittered(first.mul_f64(growth).min(longest))
}
