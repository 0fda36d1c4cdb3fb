//! The reasons of the contract and their names.

use crate::v1::ErrorReason;

const PREFIX: &str = "ERROR_REASON_";

/// Name of a reason on the wire, such as `MODEL_NOT_FOUND`.
#[must_use]
pub fn name(reason: ErrorReason) -> &'static str {
    let name = reason.as_str_name();
    name.strip_prefix(PREFIX).unwrap_or(name)
}

/// The reason of that name on the wire; `None` for one that a newer server may send.
pub(crate) fn from_name(name: &str) -> Option<ErrorReason> {
    ErrorReason::from_str_name(&format!("{PREFIX}{name}"))
}
