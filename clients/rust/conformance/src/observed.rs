//! What came of a case.

use std::time::Duration;

use ocelli_client::{Error, FrameAnswer, IndexAnswer, Outcome, v1};
use serde_json::{Map, Value, json};

use crate::{contract, failure};

/// What came of a case, in JSON.
#[derive(Default)]
pub(crate) struct Observed {
    pub(crate) response: Option<Value>,
    /// Every window that the server sent, in order.
    pub(crate) windows: Vec<Value>,
    pub(crate) answers: Vec<Value>,
    pub(crate) error: Option<Value>,
    /// Ids of what was to be sent, in this order.
    pub(crate) sent: Vec<String>,
    pub(crate) took: Duration,
}

impl Observed {
    pub(crate) fn of_response(response: Result<Value, Error>) -> Self {
        match response {
            Ok(response) => Self { response: Some(response), ..Self::default() },
            Err(error) => Self::of_error(&error),
        }
    }

    pub(crate) fn of_error(error: &Error) -> Self {
        Self { error: Some(failure::to_json(error)), ..Self::default() }
    }
}

/// An answer as JSON; its error is the client's.
pub(crate) trait ToJson {
    fn to_json(&self) -> Result<Value, String>;
}

/// The result of a frame as JSON.
pub(crate) trait ResultToJson {
    fn result_to_json(&self) -> Result<Value, String>;
}

impl ResultToJson for v1::DetectResult {
    fn result_to_json(&self) -> Result<Value, String> {
        contract::to_json("DetectResult", self)
    }
}

impl ResultToJson for v1::ClassifyResult {
    fn result_to_json(&self) -> Result<Value, String> {
        contract::to_json("ClassifyResult", self)
    }
}

impl ResultToJson for v1::EmbedResult {
    fn result_to_json(&self) -> Result<Value, String> {
        contract::to_json("EmbedResult", self)
    }
}

impl<T: ResultToJson> ToJson for FrameAnswer<T> {
    fn to_json(&self) -> Result<Value, String> {
        let mut answer = Map::new();
        answer.insert("frameId".into(), json!(self.frame_id.to_string()));
        answer.insert("captureTimeUs".into(), json!(self.capture_time_us.to_string()));
        let (outcome, value) = match &self.outcome {
            Outcome::Result(result) => ("result", result.result_to_json()?),
            Outcome::Dropped(dropped) => ("dropped", contract::to_json("Dropped", dropped)?),
            Outcome::Failed(error) => ("error", failure::to_json(error)),
        };
        answer.insert(outcome.into(), value);
        with_timings(answer, self.timings.as_ref())
    }
}

impl ToJson for IndexAnswer {
    fn to_json(&self) -> Result<Value, String> {
        let mut answer = Map::new();
        answer.insert("id".into(), json!(self.id));
        let (outcome, value) = match &self.outcome {
            Ok(result) => ("result", contract::to_json("IndexResult", result)?),
            Err(error) => ("error", failure::to_json(error)),
        };
        answer.insert(outcome.into(), value);
        with_timings(answer, self.timings.as_ref())
    }
}

fn with_timings(
    mut answer: Map<String, Value>,
    timings: Option<&v1::Timings>,
) -> Result<Value, String> {
    if let Some(timings) = timings {
        answer.insert("timings".into(), contract::to_json("Timings", timings)?);
    }
    Ok(answer.into())
}
