//! The one error of this crate: what failed, why, and what to do about it.

use std::fmt;
use std::time::Duration;

use tonic::Code;

use crate::reason;
use crate::v1::{ErrorReason, sdk};

/// A failure of a call, or of one frame, image or point of a stream or batch.
///
/// Calls return it as `Err`; single items of a stream carry it as their outcome, because the stream
/// goes on. Branch on [`reason`](Self::reason), or on [`code`](Self::code) where there is none; show
/// the `Display` form to people.
#[derive(Clone)]
pub struct Error(Box<Failure>);

#[derive(Clone)]
struct Failure {
    code: Code,
    message: String,
    hint: String,
    reason: Option<ErrorReason>,
    field_violations: Vec<FieldViolation>,
    resource: Option<String>,
    quota: Option<String>,
    retry_after: Option<Duration>,
    unprocessed: bool,
}

/// How long to wait before another attempt where there is no server to ask.
pub(crate) const RECONNECT_DELAY: Duration = Duration::from_millis(sdk::INITIAL_BACKOFF_MS);

/// One field of a request that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldViolation {
    /// Path of the field, such as `image.encoded`.
    pub field: String,
    /// What is wrong with it.
    pub description: String,
}

impl Error {
    /// The gRPC status code.
    #[must_use]
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// Why, as the contract names it. `None` if the call never reached the service: the connection
    /// failed, or this client itself found the fault.
    #[must_use]
    pub fn reason(&self) -> Option<ErrorReason> {
        self.0.reason
    }

    /// What happened, in one line for people.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What to do about it; may be empty.
    #[must_use]
    pub fn hint(&self) -> &str {
        &self.0.hint
    }

    /// The fields of the request that were refused.
    #[must_use]
    pub fn field_violations(&self) -> &[FieldViolation] {
        &self.0.field_violations
    }

    /// Name of the model, collection or point that it is about.
    #[must_use]
    pub fn resource(&self) -> Option<&str> {
        self.0.resource.as_deref()
    }

    /// Name of the limit that was reached, such as `stream_window`.
    #[must_use]
    pub fn quota(&self) -> Option<&str> {
        self.0.quota.as_deref()
    }

    /// How long to wait before another attempt: what the server asks for, or a moment where the
    /// connection broke.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Whether the same call may succeed later. It was already repeated as far as
    /// [`Retry`](crate::Retry) says and the deadline allows.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self.0.code {
            Code::Unavailable | Code::DeadlineExceeded => true,
            Code::ResourceExhausted => !matches!(
                self.0.reason,
                Some(ErrorReason::MessageTooLarge | ErrorReason::AnswerTooLarge)
            ),
            _ => false,
        }
    }

    /// Whether the server told that it did not process the call, so that any call may be repeated.
    pub(crate) fn is_unprocessed(&self) -> bool {
        self.0.unprocessed
    }

    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self(Box::new(Failure {
            code,
            message: message.into(),
            hint: String::new(),
            reason: None,
            field_violations: Vec::new(),
            resource: None,
            quota: None,
            retry_after: None,
            unprocessed: false,
        }))
    }

    /// A request or setting that this client refuses to send or use.
    pub(crate) fn invalid(field: &str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self::new(Code::InvalidArgument, message.clone()).with_violation(field, message)
    }

    pub(crate) fn deadline_exceeded(address: &str) -> Self {
        Self::new(Code::DeadlineExceeded, format!("no answer from {address} in the time allowed"))
            .with_reason(ErrorReason::DeadlineExceeded)
            .with_hint("allow more with Options::timeout or Client::with_timeout")
    }

    /// A message over a limit; `whose` is "client" or "server".
    pub(crate) fn message_too_large(size_bytes: &str, max_bytes: &str, whose: &str) -> Self {
        let raise = match whose {
            "client" => "Options::max_message_bytes",
            _ => "the server's max_message_bytes",
        };
        Self::new(
            Code::ResourceExhausted,
            format!("a message of {size_bytes} bytes is over the {whose}'s limit of {max_bytes}"),
        )
        .with_reason(ErrorReason::MessageTooLarge)
        .with_hint(format!("send an encoded or a smaller image, or raise {raise}"))
    }

    /// An answer over this client's limit.
    pub(crate) fn answer_too_large(size_bytes: &str, max_bytes: &str) -> Self {
        let hint = sdk::hint(ErrorReason::AnswerTooLarge);
        Self::new(
            Code::ResourceExhausted,
            format!("an answer of {size_bytes} bytes is over the client's limit of {max_bytes}"),
        )
        .with_reason(ErrorReason::AnswerTooLarge)
        .with_hint(format!("{hint}, or raise Options::max_message_bytes"))
    }

    /// A call that the server, or what is between, ended without its caller's doing.
    pub(crate) fn ended(address: &str, words: &str) -> Self {
        let message = format!("{address}, or the connection to it, ended the call: {words}");
        Self::new(Code::Unavailable, message)
            .with_hint(sdk::hint(ErrorReason::Draining))
            .with_retry_after(RECONNECT_DELAY)
    }

    pub(crate) fn unprocessed(mut self) -> Self {
        self.0.unprocessed = true;
        self
    }

    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = hint.into();
        self
    }

    /// Adds the reason, and its hint where there is no better one yet.
    pub(crate) fn with_reason(mut self, reason: ErrorReason) -> Self {
        self.0.reason = Some(reason);
        if self.0.hint.is_empty() {
            self.0.hint = sdk::hint(reason).into();
        }
        self
    }

    pub(crate) fn with_violation(
        mut self,
        field: impl Into<String>,
        description: impl Into<String>,
    ) -> Self {
        self.0
            .field_violations
            .push(FieldViolation { field: field.into(), description: description.into() });
        self
    }

    pub(crate) fn with_resource(mut self, name: impl Into<String>) -> Self {
        self.0.resource = Some(name.into());
        self
    }

    pub(crate) fn with_quota(mut self, subject: impl Into<String>) -> Self {
        self.0.quota = Some(subject.into());
        self
    }

    pub(crate) fn with_retry_after(mut self, delay: Duration) -> Self {
        self.0.retry_after = Some(delay);
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        if !self.0.hint.is_empty() && !self.0.message.contains(&self.0.hint) {
            write!(f, " ({})", self.0.hint)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({:?}", self.0.code)?;
        if let Some(reason) = self.0.reason {
            write!(f, ", {}", reason::name(reason))?;
        }
        write!(f, ": {self})")
    }
}

impl std::error::Error for Error {}
