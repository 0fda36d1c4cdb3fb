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
        check(observed.windows.first(), window, "window")?;
    }
    if let Some(windows) = expect.get("windows") {
        check(Some(&json!(observed.windows)), windows, "windows")?;
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
    verify_time(expect, observed.took.as_millis())
}

fn verify_time(expect: &Value, took_ms: u128) -> Result<(), String> {
    let bound = |key: &str| expect.get(key).and_then(Value::as_u64).map(u128::from);
    if let Some(most) = bound("within_ms").filter(|most| took_ms > *most) {
        return Err(format!("it took {took_ms} ms, expected at most {most}"));
    }
    if let Some(least) = bound("at_least_ms").filter(|least| took_ms < *least) {
        return Err(format!("it took {took_ms} ms, expected at least {least}"));
    }
    Ok(())
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

fn count_outcomes(answers: &[Value]) -> Value {
    let count = |key: &str| answers.iter().filter(|answer| answer.get(key).is_some()).count();
    json!({"result": count("result"), "error": count("error"), "dropped": count("dropped")})
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn windows_match_in_order_and_number_and_the_first_is_the_window() {
        let windows = vec![json!({"maxUnansweredFrames": 8}), json!({"maxUnansweredFrames": 2})];
        let observed = Observed { windows, ..Observed::default() };
        let holds = |expect: Value| verify(&expect, &observed).is_ok();
        assert!(holds(json!({"window": {"maxUnansweredFrames": 8}})));
        assert!(!holds(json!({"window": {"maxUnansweredFrames": 2}})));
        let (eight, two) = (json!({"maxUnansweredFrames": 8}), json!({"maxUnansweredFrames": 2}));
        assert!(holds(json!({"windows": [eight, two]})));
        assert!(!holds(json!({"windows": [two, eight]})));
        assert!(!holds(json!({"windows": [eight]})));
    }

    #[test]
    fn time_has_two_bounds() {
        let observed = Observed { took: Duration::from_millis(50), ..Observed::default() };
        let holds = |expect: Value| verify(&expect, &observed).is_ok();
        assert!(holds(json!({"at_least_ms": 50, "within_ms": 50})));
        assert!(!holds(json!({"at_least_ms": 51})));
        assert!(!holds(json!({"within_ms": 49})));
    }

    #[test]
    fn outcomes_are_counted_by_key() {
        let answers = [json!({"result": {}}), json!({"error": {}}), json!({"result": {}})];
        assert_eq!(count_outcomes(&answers), json!({"result": 2, "error": 1, "dropped": 0}));
    }
}
