//! Failures on the wire, `google.rpc.Status` and what gRPC adds of its own, become errors.

use std::error::Error as _;
use std::sync::Arc;

use tonic::{Code, Status};
use tonic_types::{ErrorDetails, RpcStatusExt, StatusExt};

use crate::error::Error;
use crate::reason;
use crate::v1::ErrorReason;
use crate::v1::sdk::{ERROR_DOMAIN, UNREACHABLE_HINT};

impl From<Status> for Error {
    /// Reads what a stub returned. Statuses that this crate's connection made of a transport
    /// failure keep the error that explains it.
    fn from(status: Status) -> Self {
        if let Some(error) = status.source().and_then(|source| source.downcast_ref()) {
            return Self::clone(error);
        }
        let details = status.get_error_details();
        if details.error_info().is_some_and(|info| info.domain == ERROR_DOMAIN) {
            return from_details(status.code(), status.message(), &details);
        }
        from_plain(status.code(), status.message())
    }
}

impl From<tonic_types::Status> for Error {
    /// Reads the failure of one frame, image or point.
    fn from(status: tonic_types::Status) -> Self {
        let details = status.get_error_details();
        from_details(Code::from_i32(status.code), &status.message, &details)
    }
}

impl From<Error> for Status {
    /// What stubs on this crate's connection return: the error itself is the status' source.
    fn from(error: Error) -> Self {
        let mut status = Self::new(error.code(), error.to_string());
        status.set_source(Arc::new(error));
        status
    }
}

fn from_details(code: Code, message: &str, details: &ErrorDetails) -> Error {
    let message = if message.is_empty() { code.description() } else { message };
    let mut error = Error::new(code, message);
    if let Some(reason) = details
        .error_info()
        .filter(|info| info.domain == ERROR_DOMAIN)
        .and_then(|info| reason::from_name(&info.reason))
    {
        error = error.with_reason(reason);
    }
    for found in details.bad_request().into_iter().flat_map(|bad| &bad.field_violations) {
        error = error.with_violation(&found.field, &found.description);
    }
    if let Some(resource) = details.resource_info() {
        error = error.with_resource(&resource.resource_name);
    }
    if let Some(violation) = details.quota_failure().and_then(|quota| quota.violations.first()) {
        error = error.with_quota(&violation.subject);
    }
    if let Some(delay) = details.retry_info().and_then(|retry| retry.retry_delay) {
        error = error.with_retry_after(delay);
    }
    error
}

/// Makes the error of a call that gRPC itself ended, here or there, without the service's details.
fn from_plain(code: Code, message: &str) -> Error {
    if message.contains("larger than max") || message.contains("message length too large") {
        // "Received message larger than max (40 vs. 30)" is the server's; tonic's own is
        // "Error, encoded message length too large: found 40 bytes, the limit is: 30 bytes", and
        // "decoded" for what it received.
        let whose = if message.starts_with("Error, ") { "client" } else { "server" };
        let mut sizes = message
            .split(|character: char| !character.is_ascii_digit())
            .filter(|digits| !digits.is_empty());
        let (size, max) = (sizes.next().unwrap_or("?"), sizes.next().unwrap_or("?"));
        if message.starts_with("Error, decoded") {
            return Error::answer_too_large(size, max);
        }
        return Error::message_too_large(size, max, whose);
    }
    let error = Error::new(code, if message.is_empty() { code.description() } else { message });
    match code {
        Code::DeadlineExceeded => error.with_reason(ErrorReason::DeadlineExceeded),
        Code::Unavailable => error.with_hint(UNREACHABLE_HINT),
        Code::Unimplemented => {
            error.with_hint("is it an Ocelli server, and of the same version as this client?")
        }
        Code::ResourceExhausted => error.with_hint("the server has all the calls it takes; retry"),
        Code::Unauthenticated | Code::PermissionDenied => error.with_hint("check Options::token"),
        _ => error,
    }
}
