//! When each call is due.

use std::io::{self, Read};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// The rate of all callers together. A call that is taken late is due at once, so that it is kept.
pub(crate) struct Pace {
    began: Instant,
    calls_per_s: f64,
    taken: AtomicU32,
    over: AtomicBool,
}

impl Pace {
    /// So many calls a second from now on.
    pub(crate) fn new(calls_per_s: f64) -> Self {
        Self { began: Instant::now(), calls_per_s, taken: 0.into(), over: false.into() }
    }

    /// Waits for a call to be due; false if it is over.
    pub(crate) async fn next(&self) -> bool {
        let number = self.taken.fetch_add(1, Ordering::Relaxed);
        let due = self.began + Duration::from_secs_f64(f64::from(number) / self.calls_per_s);
        tokio::time::sleep_until(due.into()).await;
        !self.over.load(Ordering::Relaxed)
    }

    /// Is over when `input` ends.
    pub(crate) fn end_with(&self, mut input: impl Read) {
        // What cannot be read has ended as well.
        let _ = io::copy(&mut input, &mut io::sink());
        self.over.store(true, Ordering::Relaxed);
    }
}
