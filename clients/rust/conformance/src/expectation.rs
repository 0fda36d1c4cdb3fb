//! Whether what came of a case is what it expects.

use serde_json::{Value, json};

use crate::json::{as_text, list};
use crate::matcher::check;
use crate::observed::Observed;

/// Compares; the error says in one line what differed.
pub(crate) fn verify(expect: &Value, observed: &Observed) -> Result<(), String> {
    verify_error(expect.get("error"), observed.error.as_ref())?;
    if let Some(response) = expect.get("response") {
        check(observed.response.as_ref(), response, "response")?;
    }
    if let Some(window) = expect.get("window") {
        check(observed.window.as_ref(), window, "window")?;
    }
    if let Some(count) = expect.get("count") {
        check(Some(&json!(observed.answers.len())), count, "count")?;
    }
    if let Some(answers) = expect.get("answers") {
        check(Some(&json!(observed.answers)), answers, "answers")?;
    }
    if let Some(each) = expect.get("each") {
        for (index, answer) in observed.answers.iter().enumerate() {
            check(Some(answer), each, &format!("answers[{index}]"))?;
        }
    }
    if let Some(outcomes) = expect.get("outcomes") {
        check(Some(&count_outcomes(&observed.answers)), outcomes, "outcomes")?;
    }
    if expect.get("in_order") == Some(&json!(true)) {
        verify_order(observed)?;
    }
    match expect.get("within_ms").and_then(Value::as_u64) {
        Some(most) if observed.took.as_millis() > u128::from(most) => {
            Err(format!("it took {} ms, expected at most {most}", observed.took.as_millis()))
        }
        _ => Ok(()),
    }
}

fn verify_error(expected: Option<&Value>, actual: Option<&Value>) -> Result<(), String> {
    match (expected, actual) {
        (None, None) => Ok(()),
        (None, Some(actual)) => Err(format!("it ended with {actual}")),
        (Some(expected), None) => Err(format!("it did not fail, expected {expected}")),
        (Some(expected), Some(actual)) => check(Some(actual), expected, "error")
            .map_err(|difference| format!("{difference}: {}", as_text(&actual["message"]))),
    }
}

/// What is neither an error nor dropped has a result, and where there is none to see it is stored.
fn count_outcomes(answers: &[Value]) -> Value {
    let has = |key: &str| answers.iter().filter(|answer| answer.get(key).is_some()).count();
    let (errors, dropped) = (has("error"), has("dropped"));
    json!({"result": answers.len() - errors - dropped, "error": errors, "dropped": dropped})
}

fn verify_order(observed: &Observed) -> Result<(), String> {
    let answered = observed
        .answers
        .iter()
        .map(|answer| as_text(answer.get("id").unwrap_or(&answer["frameId"])));
    let wrong = answered.zip(&observed.sent).find(|(answered, sent)| answered != *sent);
    match wrong {
        Some((answered, sent)) => Err(format!("{answered} was answered where {sent} was due")),
        None if observed.answers.len() > observed.sent.len() => {
            Err(format!("{} answers to {} items", observed.answers.len(), observed.sent.len()))
        }
        None => Ok(()),
    }
}

/// The ids of a case's frames, each list of them repeated so many times: then they count on.
pub(crate) fn ids_of(frames: &Value, repeat: usize) -> Vec<String> {
    let frames = list(frames);
    let own = |index: usize| {
        let frame = &frames[index % frames.len()];
        match frame.get("id") {
            Some(id) => as_text(id),
            None if repeat > 1 => index.to_string(),
            None => frame.get("frameId").map_or_else(|| "0".into(), as_text),
        }
    };
    (0..frames.len() * repeat).map(own).collect()
}
