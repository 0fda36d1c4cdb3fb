//! Which calls are repeated, and when: the contract's policy unless options say otherwise.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use tonic::Code;

use crate::error::Error;
use crate::v1::sdk;

/// How calls that may be repeated are repeated if the server is `UNAVAILABLE`.
///
/// No pause is shorter than the delay that the server asks for, and no attempt begins that the call's
/// deadline would cut off. Calls that the server refused before it processed them are repeated
/// whatever they do.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Retry {
    /// Attempts in all; 1 means no retry. Default: 3.
    pub max_attempts: u32,
    /// Mean pause after the first attempt; pauses vary by a fifth. Default: 100 ms.
    pub initial_backoff: Duration,
    /// Longest mean pause. Default: 1 s.
    pub max_backoff: Duration,
    /// Growth of the pause with each attempt. Default: 3.
    pub backoff_multiplier: f64,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            max_attempts: sdk::MAX_ATTEMPTS,
            initial_backoff: Duration::from_millis(sdk::INITIAL_BACKOFF_MS),
            max_backoff: Duration::from_millis(sdk::MAX_BACKOFF_MS),
            backoff_multiplier: sdk::BACKOFF_MULTIPLIER,
        }
    }
}

impl Retry {
    /// Sets [`max_attempts`](Self::max_attempts).
    #[must_use]
    pub fn max_attempts(self, max_attempts: u32) -> Self {
        Self { max_attempts, ..self }
    }

    /// Sets [`initial_backoff`](Self::initial_backoff).
    #[must_use]
    pub fn initial_backoff(self, initial_backoff: Duration) -> Self {
        Self { initial_backoff, ..self }
    }

    /// Sets [`max_backoff`](Self::max_backoff).
    #[must_use]
    pub fn max_backoff(self, max_backoff: Duration) -> Self {
        Self { max_backoff, ..self }
    }

    /// Sets [`backoff_multiplier`](Self::backoff_multiplier).
    #[must_use]
    pub fn backoff_multiplier(self, backoff_multiplier: f64) -> Self {
        Self { backoff_multiplier, ..self }
    }

    /// How long to wait before the next attempt, or `None` if there is to be none.
    pub(crate) fn pause(&self, path: &str, attempts: u32, error: &Error) -> Option<Duration> {
        let again = error.code() == Code::Unavailable
            && attempts < self.max_attempts
            && (error.is_unprocessed() || sdk::IDEMPOTENT_METHODS.contains(&path));
        again.then(|| self.backoff(attempts, error))
    }

    /// How long to wait after so many attempts, the last of which failed so.
    pub(crate) fn backoff(&self, attempts: u32, error: &Error) -> Duration {
        let grown = self.backoff_multiplier.powi(attempts.cast_signed() - 1);
        let mean_s =
            (self.initial_backoff.as_secs_f64() * grown).min(self.max_backoff.as_secs_f64());
        let pause = Duration::from_secs_f64(mean_s * (0.8 + 0.4 * random_fraction()));
        pause.max(error.retry_after().unwrap_or_default())
    }
}

/// A number from 0 to 1 out of the seed that the standard library draws for its hash tables.
fn random_fraction() -> f64 {
    let bits = RandomState::new().hash_one(());
    f64::from((bits >> 32) as u32) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DETECT: &str = "/ocelli.v1.DetectService/Detect";

    #[test]
    fn pause_is_what_the_server_asks_for_or_grows_to_its_bound() {
        let (retry, path) = (Retry::default(), DETECT);
        let error = Error::new(Code::Unavailable, "gone");
        let first = retry.pause(path, 1, &error).expect("a second attempt");
        let second = retry.pause(path, 2, &error).expect("a third attempt");
        assert!((80..=120).contains(&first.as_millis()), "{first:?}");
        assert!((240..=360).contains(&second.as_millis()), "{second:?}");
        let asked = error.clone().with_retry_after(Duration::from_secs(2));
        assert_eq!(retry.pause(path, 1, &asked), Some(Duration::from_secs(2)));

        let many = retry.clone().max_attempts(99);
        assert!(many.pause(path, 50, &error).expect("another") <= Duration::from_millis(1200));
        assert_eq!(retry.pause(path, 3, &error), None);
    }

    #[test]
    fn only_what_is_unavailable_and_idempotent_is_repeated() {
        let retry = Retry::default();
        let gone = Error::new(Code::Unavailable, "gone");
        assert_eq!(retry.pause("/ocelli.v1.PointService/DeletePoints", 1, &gone), None);
        let refused = gone.clone().unprocessed();
        assert!(retry.pause("/ocelli.v1.PointService/DeletePoints", 1, &refused).is_some());
        let busy = Error::new(Code::ResourceExhausted, "busy");
        assert_eq!(retry.pause(DETECT, 1, &busy), None);
    }
}
