//! What came of the calls.

use std::cell::RefCell;
use std::collections::BTreeMap;

use ocelli_client::{Error, v1};
use serde_json::json;

const MAX_MESSAGE_CHARS: usize = 200;

/// Counts answers, and failures by what they say.
#[derive(Default)]
pub(crate) struct Outcomes(RefCell<Counted>);

#[derive(Default)]
struct Counted {
    answered: u64,
    failures: BTreeMap<String, u64>,
}

impl Outcomes {
    /// Counts a call, and tells of the first answer.
    pub(crate) fn note(&self, outcome: Result<v1::DetectResult, Error>) {
        let mut counted = self.0.borrow_mut();
        let failure = match outcome {
            Ok(result) if result.detections.is_empty() => "OK: nothing found".into(),
            Ok(_) => {
                counted.answered += 1;
                if counted.answered == 1 {
                    println!("calling");
                }
                return;
            }
            Err(error) => described(&error),
        };
        *counted.failures.entry(failure).or_default() += 1;
    }

    /// What was counted, as one line of JSON.
    pub(crate) fn report(&self) -> String {
        let Counted { answered, failures } = &*self.0.borrow();
        let failed: u64 = failures.values().sum();
        json!({ "calls": answered + failed, "failed": failed, "failures": failures }).to_string()
    }
}

fn described(error: &Error) -> String {
    let kind = match error.reason() {
        Some(reason) => reason.as_str_name().trim_start_matches("ERROR_REASON_").into(),
        None => format!("{:?}", error.code()),
    };
    let message: String = error.message().chars().take(MAX_MESSAGE_CHARS).collect();
    format!("{kind}: {message}")
}
