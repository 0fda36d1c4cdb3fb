//! When each call or frame is due.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// Whether there are to be no more.
pub(crate) type Over = Arc<AtomicBool>;

/// The rate of all who take turns. What is taken late is due at once, so that the rate is kept.
pub(crate) struct Pace {
    began: Instant,
    rate_per_s: f64,
    taken: AtomicU32,
    over: Over,
}

impl Pace {
    /// So many a second from now on.
    pub(crate) fn new(rate_per_s: f64, over: Over) -> Self {
        Self { began: Instant::now(), rate_per_s, taken: 0.into(), over }
    }

    /// Waits for one to be due, and has its number; `None` if it is over.
    pub(crate) async fn next(&self) -> Option<u32> {
        let number = self.taken.fetch_add(1, Ordering::Relaxed);
        let due = self.began + Duration::from_secs_f64(f64::from(number) / self.rate_per_s);
        tokio::time::sleep_until(due.into()).await;
        (!self.over.load(Ordering::Relaxed)).then_some(number)
    }
}

/// Is over when `input` ends.
pub(crate) fn end_with(mut input: impl Read, over: &Over) {
    // What cannot be read has ended as well.
    let _ = io::copy(&mut input, &mut io::sink());
    over.store(true, Ordering::Relaxed);
}
