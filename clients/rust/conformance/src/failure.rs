//! The client's error as JSON, in the words of the cases.

use ocelli_client::{Error, reason};
use serde_json::{Value, json};

/// The error with the keys that cases expect.
pub(crate) fn to_json(error: &Error) -> Value {
    let fields: Vec<_> = error.field_violations().iter().map(|found| &found.field).collect();
    json!({
        "code": code_name(error),
        "reason": error.reason().map_or("", reason::name),
        "fields": fields,
        "resource": error.resource().unwrap_or_default(),
        "retry": error.retry_after().is_some() && error.is_retryable(),
        "quota": error.quota().unwrap_or_default(),
        "hint": !error.hint().is_empty(),
        "message": error.to_string(),
    })
}

/// Name of the status code, such as `INVALID_ARGUMENT`, of tonic's `InvalidArgument`.
fn code_name(error: &Error) -> String {
    let mut name = String::new();
    for character in format!("{:?}", error.code()).chars() {
        if character.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(character.to_ascii_uppercase());
    }
    name
}
