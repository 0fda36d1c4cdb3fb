//! What came of the calls and streams.

use std::cell::RefCell;
use std::collections::BTreeMap;

use ocelli_client::{Error, v1};
use serde_json::json;

use crate::frames::Streamed;

const MAX_MESSAGE_CHARS: usize = 200;

/// Counts answers, and failures by what they say.
#[derive(Default)]
pub(crate) struct Outcomes(RefCell<Counted>);

#[derive(Default)]
struct Counted {
    answered: u64,
    failed: u64,
    failures: BTreeMap<String, u64>,
    frames: Streamed,
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
        counted.failed += 1;
        *counted.failures.entry(failure).or_default() += 1;
    }

    /// Counts the frames of a stream, and the error that ended it too early.
    pub(crate) fn note_frames(&self, frames: &Streamed, outcome: Result<(), Error>) {
        let mut counted = self.0.borrow_mut();
        counted.frames.add(frames);
        if let Err(error) = outcome {
            let failure = format!("stream: {}", described(&error));
            *counted.failures.entry(failure).or_default() += 1;
        }
    }

    /// What was counted, as one line of JSON.
    pub(crate) fn report(&self) -> String {
        let Counted { answered, failed, failures, frames } = &*self.0.borrow();
        let Streamed { sent, answered: results, failed: others, twice, lost } = frames;
        json!({
            "calls": answered + failed,
            "failed": failed,
            "failures": failures,
            "frames": {
                "sent": sent, "answered": results, "failed": others, "twice": twice, "lost": lost
            },
        })
        .to_string()
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
