//! The error of a call that met no server which answers in gRPC.

use std::error::Error as StdError;
use std::io;

use http::header::CONTENT_TYPE;
use http::{Response, StatusCode};
use tonic::{Code, Status, TimeoutExpired};

use crate::connection::Over;
use crate::error::{Error, RECONNECT_DELAY};
use crate::v1::sdk::UNREACHABLE_HINT;

const MAX_CHARS: usize = 200;

/// Makes the error of a call, the transport's own words for it after the address.
pub(crate) fn unreachable(address: &str, words: &str) -> Error {
    let line = one_line(words);
    Error::new(Code::Unavailable, format!("cannot reach {address}: {line}"))
        .with_hint(UNREACHABLE_HINT)
        .with_retry_after(RECONNECT_DELAY)
}

/// Makes the error of a call that was ended without its caller's doing.
pub(crate) fn ended(address: &str, words: &str) -> Error {
    Error::ended(address, &one_line(words))
}

fn one_line(words: &str) -> String {
    let words: Vec<_> = words.split_whitespace().collect();
    let mut line = words.join(" ");
    if let Some((end, _)) = line.char_indices().nth(MAX_CHARS) {
        line.truncate(end);
        line.push('…');
    }
    line
}

/// Makes the error of a call that got no response.
pub(crate) fn no_response(address: &str, error: &(dyn StdError + 'static)) -> Error {
    for cause in causes(error) {
        // What this side made the call fail with, such as a message over its limit.
        if let Some(status) = cause.downcast_ref::<Status>() {
            return status.clone().into();
        }
        if cause.is::<TimeoutExpired>() {
            return Error::deadline_exceeded(address);
        }
        if is_unprocessed(cause) {
            return ended(address, &root(error)).unprocessed();
        }
    }
    unreachable(address, &root(error))
}

/// Whether a call that got no response was not even sent: its connection had ended before.
pub(crate) fn is_unsent(error: &(dyn StdError + 'static)) -> bool {
    causes(error).any(is_over)
}

fn is_over(error: &(dyn StdError + 'static)) -> bool {
    let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    wrapped.and_then(|inner| inner.downcast_ref::<Over>()).is_some()
}

/// Whether the server refused the stream, or went away before it came to it, or it was never sent.
fn is_unprocessed(error: &(dyn StdError + 'static)) -> bool {
    if is_over(error) {
        return true;
    }
    if let Some(error) = error.downcast_ref::<h2::Error>() {
        let refused = error.reason() == Some(h2::Reason::REFUSED_STREAM);
        return error.is_remote() && (error.is_go_away() || refused);
    }
    error.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_canceled)
}

/// Makes the error of a response that no gRPC server sends. What a proxy forbids is left to tonic,
/// which takes the code from the HTTP status.
pub(crate) fn not_grpc<B>(address: &str, response: &Response<B>) -> Option<Error> {
    let content_type = response.headers().get(CONTENT_TYPE);
    let is_grpc =
        content_type.is_some_and(|value| value.as_bytes().starts_with(b"application/grpc"));
    match response.status() {
        _ if is_grpc => None,
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => None,
        status => Some(unreachable(address, &format!("it answers HTTP {status}, not gRPC"))),
    }
}

/// The innermost cause, which says the most.
pub(crate) fn root(error: &(dyn StdError + 'static)) -> String {
    causes(error).last().map_or_else(String::new, ToString::to_string)
}

fn causes<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// What a transport makes of a failure of this side.
    #[derive(Debug)]
    struct Wrapped(Status);

    impl std::fmt::Display for Wrapped {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("transport error")
        }
    }

    impl StdError for Wrapped {
        fn source(&self) -> Option<&(dyn StdError + 'static)> {
            Some(&self.0)
        }
    }

    #[test]
    fn whatever_the_transport_says_becomes_one_line_of_bounded_length() {
        let outer = io::Error::other(io::Error::other(format!("odd\n  bytes {}", "é".repeat(500))));
        let error = no_response("host:1", &outer);
        assert_eq!((error.code(), error.reason()), (Code::Unavailable, None));
        assert!(error.message().starts_with("cannot reach host:1: odd bytes éé"), "{error}");
        assert!(error.message().chars().count() < 250 && error.message().ends_with('…'));
        assert_eq!(error.hint(), UNREACHABLE_HINT);
        assert!(error.is_retryable());
        assert_eq!(error.retry_after(), Some(Duration::from_millis(100)));
    }

    #[test]
    fn what_this_side_refused_keeps_its_own_error() {
        let refused = Error::message_too_large("9", "8", "client");
        let outer = Wrapped(refused.into());
        assert_eq!(no_response("host:1", &outer).code(), Code::ResourceExhausted);
    }

    #[test]
    fn only_responses_of_grpc_are_passed_on() {
        let response = |status: u16, content_type: &str| {
            let response = Response::builder().status(status).header(CONTENT_TYPE, content_type);
            response.body(()).expect("a response")
        };
        assert!(not_grpc("host:1", &response(200, "application/grpc+proto")).is_none());
        assert!(not_grpc("host:1", &response(401, "text/html")).is_none());
        for status in [200, 404, 502] {
            let error = not_grpc("host:1", &response(status, "text/html")).expect("no gRPC");
            assert_eq!(error.code(), Code::Unavailable);
            assert!(error.message().contains(&status.to_string()), "{error}");
        }
    }
}
