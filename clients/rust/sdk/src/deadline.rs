//! Deadlines: `grpc-timeout` on the wire, and the end of a stream that outlives its own.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use http_body::{Body as HttpBody, Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep_until};
use tonic::Status;
use tonic::body::Body;

use crate::connection::cancelled;
use crate::error::Error;
use crate::unreachable::{root, unreachable};

const HEADER: &str = "grpc-timeout";

/// The longest timeout: gRPC has 8 digits, which in milliseconds last for a day.
pub(crate) const MAX: Duration = Duration::from_millis(99_999_999);

/// The timeout that a request asks for, as `Request::set_timeout` of tonic writes it.
pub(crate) fn requested(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(HEADER)?.to_str().ok()?;
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let amount: u32 = digits.parse().ok()?;
    let unit = match unit {
        "H" => Duration::from_secs(3600),
        "M" => Duration::from_secs(60),
        "S" => Duration::from_secs(1),
        "m" => Duration::from_millis(1),
        "u" => Duration::from_micros(1),
        "n" => Duration::from_nanos(1),
        _ => return None,
    };
    unit.checked_mul(amount)
}

/// Tells the server how much time is left, at most [`MAX`]: rounded up, so that it is not the server
/// that gives up first.
pub(crate) fn announce(headers: &mut HeaderMap, left: Duration) {
    let value = format!("{}m", left.as_micros().div_ceil(1000));
    headers.insert(HEADER, HeaderValue::try_from(value).expect("digits and a letter"));
}

/// The answers of a stream, up to its deadline; a broken connection and an end that nobody here asked
/// for are explained.
pub(crate) struct DeadlineBody {
    answers: Body,
    sleep: Option<Pin<Box<Sleep>>>,
    address: Arc<str>,
}

impl DeadlineBody {
    pub(crate) fn new(answers: Body, ends_at: Option<Instant>, address: Arc<str>) -> Self {
        let sleep = ends_at.map(|instant| Box::pin(sleep_until(instant)));
        Self { answers, sleep, address }
    }
}

impl HttpBody for DeadlineBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        if let Some(sleep) = &mut self.sleep
            && sleep.as_mut().poll(cx).is_ready()
        {
            return Poll::Ready(Some(Err(Error::deadline_exceeded(&self.address).into())));
        }
        let frame = ready!(Pin::new(&mut self.answers).poll_frame(cx));
        let address = &self.address;
        let broken = |status| Status::from(unreachable(address, &root(&status)));
        Poll::Ready(frame.map(|frame| {
            let frame = frame.map_err(broken)?;
            let ended = frame.trailers_ref().and_then(|trailers| cancelled(address, trailers));
            ended.map_or(Ok(frame), |error| Err(error.into()))
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.answers.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.answers.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_announced_is_what_is_requested() {
        let mut headers = HeaderMap::new();
        assert_eq!(requested(&headers), None);
        for (left, read) in [(1, 1), (999, 1), (1_000, 1), (1_001, 2), (10_000_000, 10_000)] {
            announce(&mut headers, Duration::from_micros(left));
            assert_eq!(requested(&headers), Some(Duration::from_millis(read)));
        }
        announce(&mut headers, MAX);
        assert_eq!(requested(&headers), Some(MAX));
    }

    #[test]
    fn units_are_those_of_grpc() {
        let read = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(HEADER, HeaderValue::from_static(text));
            requested(&headers)
        };
        assert_eq!(read("2H"), Some(Duration::from_secs(7200)));
        assert_eq!(read("3M"), Some(Duration::from_secs(180)));
        assert_eq!(read("5S"), Some(Duration::from_secs(5)));
        assert_eq!(read("7u"), Some(Duration::from_micros(7)));
        assert_eq!(read("9n"), Some(Duration::from_nanos(9)));
        for odd in ["", "S", "1", "1s", "-1S", "99999999999S"] {
            assert_eq!(read(odd), None, "{odd:?}");
        }
    }
}
