//! Which calls may be repeated, and when: the policy of `protos/service_config.json`.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use tonic::Code;

use crate::error::Error;

/// What may be sent twice: reads, and writes that leave the same state behind.
pub(crate) const IDEMPOTENT: [&str; 10] = [
    "/ocelli.v1.DetectService/Detect",
    "/ocelli.v1.EmbedService/Embed",
    "/ocelli.v1.ModelService/ListModels",
    "/ocelli.v1.ModelService/GetModel",
    "/ocelli.v1.SearchService/GetCollection",
    "/ocelli.v1.SearchService/ListCollections",
    "/ocelli.v1.SearchService/UpsertPoints",
    "/ocelli.v1.SearchService/GetPoints",
    "/ocelli.v1.SearchService/CountPoints",
    "/ocelli.v1.SearchService/Search",
];

/// How calls that may be repeated are repeated if the server is `UNAVAILABLE`.
///
/// A delay that the server asks for takes the place of the backoff. No attempt begins that the
/// call's deadline would cut off.
#[derive(Clone, Debug, PartialEq)]
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
            max_attempts: 3,
            initial_backoff: Duration::from_millis(100),
            max_backoff: Duration::from_secs(1),
            backoff_multiplier: 3.0,
        }
    }
}

impl Retry {
    /// How long to wait before the next attempt, or `None` if there is to be none.
    pub(crate) fn pause(&self, path: &str, attempts: u32, error: &Error) -> Option<Duration> {
        let again = error.code() == Code::Unavailable
            && attempts < self.max_attempts
            && IDEMPOTENT.contains(&path);
        again.then(|| error.retry_after().unwrap_or_else(|| self.backoff(attempts)))
    }

    fn backoff(&self, attempts: u32) -> Duration {
        let grown = self.backoff_multiplier.powi(attempts.cast_signed() - 1);
        let mean_s =
            (self.initial_backoff.as_secs_f64() * grown).min(self.max_backoff.as_secs_f64());
        Duration::from_secs_f64(mean_s * (0.8 + 0.4 * random_fraction()))
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

    #[test]
    fn policy_is_that_of_the_shared_service_config() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../protos/service_config.json");
        let json = std::fs::read_to_string(path).expect("protos/service_config.json");
        let config: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        let method = &config["methodConfig"][0];
        let named = method["name"].as_array().expect("names").iter().map(|name| {
            format!("/{}/{}", name["service"].as_str().unwrap(), name["method"].as_str().unwrap())
        });
        assert!(named.eq(IDEMPOTENT));

        let (policy, retry) = (&method["retryPolicy"], Retry::default());
        let seconds =
            |key: &str| policy[key].as_str().unwrap().trim_end_matches('s').parse::<f64>();
        assert_eq!(policy["maxAttempts"], retry.max_attempts);
        assert_eq!(policy["backoffMultiplier"].as_f64(), Some(retry.backoff_multiplier));
        assert_eq!(seconds("initialBackoff"), Ok(retry.initial_backoff.as_secs_f64()));
        assert_eq!(seconds("maxBackoff"), Ok(retry.max_backoff.as_secs_f64()));
        assert_eq!(policy["retryableStatusCodes"], serde_json::json!(["UNAVAILABLE"]));
    }

    #[test]
    fn pause_is_what_the_server_asks_for_or_grows_to_its_bound() {
        let (retry, path) = (Retry::default(), IDEMPOTENT[0]);
        let error = Error::new(Code::Unavailable, "gone");
        let first = retry.pause(path, 1, &error).expect("a second attempt");
        let second = retry.pause(path, 2, &error).expect("a third attempt");
        assert!((80..=120).contains(&first.as_millis()), "{first:?}");
        assert!((240..=360).contains(&second.as_millis()), "{second:?}");
        let asked = error.clone().with_retry_after(Duration::from_secs(2));
        assert_eq!(retry.pause(path, 1, &asked), Some(Duration::from_secs(2)));

        let many = Retry { max_attempts: 99, ..retry.clone() };
        assert!(many.pause(path, 50, &error).expect("another") <= Duration::from_millis(1200));
        assert_eq!(retry.pause(path, 3, &error), None);
    }

    #[test]
    fn only_what_is_unavailable_and_idempotent_is_repeated() {
        let retry = Retry::default();
        let gone = Error::new(Code::Unavailable, "gone");
        assert_eq!(retry.pause("/ocelli.v1.SearchService/DeletePoints", 1, &gone), None);
        let busy = Error::new(Code::ResourceExhausted, "busy");
        assert_eq!(retry.pause(IDEMPOTENT[0], 1, &busy), None);
    }
}
