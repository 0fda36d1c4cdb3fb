//! Whether a stream that ended early goes on with another call, and when.

use std::time::Duration;

use tokio::time::Instant;

use crate::error::Error;
use crate::retry::Retry;

/// Follows the calls of one stream.
pub(crate) struct Resumption {
    retry: Retry,
    /// How long the server may be away; zero: not at all.
    resume: Duration,
    ends_at: Option<Instant>,
    away_since: Option<Instant>,
    opened_at: Option<Instant>,
    attempts: u32,
}

impl Resumption {
    pub(crate) fn new(retry: Retry, resume: Option<Duration>, ends_at: Option<Instant>) -> Self {
        let resume = resume.unwrap_or_default();
        Self { retry, resume, ends_at, away_since: None, opened_at: None, attempts: 0 }
    }

    /// Whether items are to be kept until they are answered.
    pub(crate) fn keeps(&self) -> bool {
        !self.resume.is_zero()
    }

    /// How long the next call may take; `None`: any time.
    pub(crate) fn time_left(&self) -> Option<Duration> {
        self.ends_at.map(|end| end.saturating_duration_since(Instant::now()))
    }

    /// Notes that the server granted the first window of a call.
    pub(crate) fn opened(&mut self) {
        self.opened_at = Some(Instant::now());
    }

    /// Notes an answer: the server is there.
    pub(crate) fn answered(&mut self) {
        self.away_since = None;
        self.attempts = 0;
    }

    /// How long to wait before another call, after one that ended so; `None`: there is to be none.
    pub(crate) fn pause(&mut self, error: &Error) -> Option<Duration> {
        let now = Instant::now();
        let opened_at = self.opened_at.take();
        // A server that only grants windows may be one that each time fails of the same item.
        if opened_at.is_some_and(|opened| now - opened > self.resume) {
            self.answered();
        }
        self.attempts = self.attempts.saturating_add(1);
        let away_since = *self.away_since.get_or_insert(now);
        let pause = self.retry.backoff(self.attempts, error);
        let next = now + pause;
        if self.ends_at.is_some_and(|end| next >= end) {
            return None;
        }
        let resumes = error.is_retryable() && next <= away_since + self.resume;
        // Nothing was drawn, let alone sent.
        let unseen = opened_at.is_none() && error.is_unprocessed();
        (resumes || (unseen && self.attempts < self.retry.max_attempts)).then_some(pause)
    }
}

#[cfg(test)]
mod tests {
    use tonic::Code;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn gone() -> Error {
        Error::new(Code::Unavailable, "gone").with_retry_after(SECOND)
    }

    fn resumption(resume: Option<Duration>) -> Resumption {
        Resumption::new(Retry::default(), resume, None)
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_may_be_away_for_so_long_and_then_again() {
        let mut stream = resumption(Some(SECOND * 5));
        for round in 0..3 {
            for _ in 0..4 {
                let pause = stream.pause(&gone()).expect("another call");
                assert!(pause >= SECOND, "{round}: {pause:?}");
                tokio::time::advance(SECOND).await;
                stream.opened();
            }
            tokio::time::advance(SECOND / 10).await;
            assert_eq!(stream.pause(&gone()), None, "{round}");
            stream.answered();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_stream_that_was_idle_but_open_may_be_resumed() {
        let mut stream = resumption(Some(SECOND * 5));
        for _ in 0..10 {
            assert!(stream.pause(&gone()).is_some());
            stream.opened();
            tokio::time::advance(SECOND * 60).await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn only_what_may_be_repeated_and_only_where_asked_for() {
        assert_eq!(resumption(None).pause(&gone()), None);
        let refused = Error::new(Code::InvalidArgument, "no");
        assert_eq!(resumption(Some(SECOND * 5)).pause(&refused), None);
        let ends_at = Some(Instant::now() + SECOND / 2);
        let mut short = Resumption::new(Retry::default(), Some(SECOND * 5), ends_at);
        assert_eq!(short.pause(&gone()), None);
        assert!(short.time_left().is_some_and(|left| left <= SECOND / 2));
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_refused_unseen_is_sent_again_without_being_asked_for() {
        let unseen = gone().unprocessed();
        let mut stream = resumption(None);
        assert!(stream.pause(&unseen).is_some() && stream.pause(&unseen).is_some());
        assert_eq!(stream.pause(&unseen), None);
        let mut stream = resumption(None);
        stream.opened();
        assert_eq!(stream.pause(&unseen), None);
    }
}
