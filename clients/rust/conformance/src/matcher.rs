//! Whether a JSON value is what a case expects.

use serde_json::{Map, Value};

use crate::json::list;

const TOLERANCE: f64 = 1e-4;

/// Compares; the error names the place and the difference in one line.
///
/// `actual` is `None` where the answer lacks the key: it then has its type's default.
pub(crate) fn check(actual: Option<&Value>, expected: &Value, place: &str) -> Result<(), String> {
    match expected {
        Value::Object(fields) if fields.keys().any(|key| key.starts_with('$')) => {
            special(actual, fields, place)
        }
        Value::Object(fields) => {
            let found = match actual {
                None => None,
                Some(Value::Object(found)) => Some(found),
                Some(other) => return differs(other, expected, place),
            };
            fields.iter().try_for_each(|(key, expected)| {
                let actual = found.and_then(|found| found.get(key));
                check(actual, expected, &format!("{place}.{key}"))
            })
        }
        Value::Array(elements) => {
            let found = elements_of(actual, expected, place)?;
            if found.len() != elements.len() {
                let (found, wanted) = (found.len(), elements.len());
                return Err(format!("{place} has {found} elements, expected {wanted}"));
            }
            check_each(found, elements, place)
        }
        Value::Number(number) => {
            let expected_number = number.as_f64().unwrap_or(f64::NAN);
            let tolerance = TOLERANCE + TOLERANCE * expected_number.abs();
            let close = |found: f64| (found - expected_number).abs() <= tolerance;
            let found = actual.map_or(Some(0.0), Value::as_f64);
            hold(found.is_some_and(close), actual, expected, place)
        }
        Value::String(text) => match actual {
            Some(found) => hold(found == expected, actual, expected, place),
            None => hold(text.is_empty() || text == "0", actual, expected, place),
        },
        Value::Bool(flag) => {
            hold(actual.map_or(Some(false), Value::as_bool) == Some(*flag), actual, expected, place)
        }
        Value::Null => hold(actual.is_none_or(Value::is_null), actual, expected, place),
    }
}

fn special(
    actual: Option<&Value>,
    matcher: &Map<String, Value>,
    place: &str,
) -> Result<(), String> {
    let expected = Value::Object(matcher.clone());
    let number = actual.map_or(Some(0.0), number_of);
    let holds = if let Some(near) = matcher.get("$near").and_then(Value::as_f64) {
        let within = matcher.get("$within").and_then(Value::as_f64).unwrap_or(0.0);
        number.is_some_and(|number| (number - near).abs() <= within)
    } else if let Some([low, high]) = matcher.get("$between").map(list) {
        let bounds = low.as_f64().zip(high.as_f64());
        number.zip(bounds).is_some_and(|(number, (low, high))| low <= number && number <= high)
    } else if let Some(length) = matcher.get("$length").and_then(Value::as_u64) {
        length_of(actual) as u64 == length
    } else if let Some(starts) = matcher.get("$starts").map(list) {
        let found = elements_of(actual, &expected, place)?;
        if found.len() < starts.len() {
            return Err(format!("{place} has {} elements, too few for {expected}", found.len()));
        }
        return check_each(found, starts, place);
    } else if let Some(wanted) = matcher.get("$contains") {
        match actual {
            Some(Value::String(text)) => wanted.as_str().is_some_and(|part| text.contains(part)),
            Some(Value::Array(found)) => {
                found.iter().any(|one| check(Some(one), wanted, "").is_ok())
            }
            _ => false,
        }
    } else if matcher.contains_key("$nonempty") {
        length_of(actual) > 0 || number.is_some_and(|number| number != 0.0)
    } else {
        return Err(format!("{place}: there is no matcher {expected}"));
    };
    hold(holds, actual, &expected, place)
}

fn number_of(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.parse().ok())
}

/// Elements of an array, characters of a string, keys of an object.
fn length_of(value: Option<&Value>) -> usize {
    match value {
        Some(Value::Array(elements)) => elements.len(),
        Some(Value::String(text)) => text.chars().count(),
        Some(Value::Object(fields)) => fields.len(),
        _ => 0,
    }
}

fn elements_of<'a>(
    actual: Option<&'a Value>,
    expected: &Value,
    place: &str,
) -> Result<&'a [Value], String> {
    match actual {
        None => Ok(&[]),
        Some(Value::Array(found)) => Ok(found),
        Some(other) => differs(other, expected, place).map(|()| [].as_slice()),
    }
}

fn check_each(found: &[Value], expected: &[Value], place: &str) -> Result<(), String> {
    let pairs = found.iter().zip(expected).enumerate();
    pairs.into_iter().try_for_each(|(index, (found, expected))| {
        check(Some(found), expected, &format!("{place}[{index}]"))
    })
}

fn hold(holds: bool, actual: Option<&Value>, expected: &Value, place: &str) -> Result<(), String> {
    if holds {
        return Ok(());
    }
    actual.map_or_else(
        || Err(format!("{place} is absent, expected {}", short(expected))),
        |actual| differs(actual, expected, place),
    )
}

fn differs(actual: &Value, expected: &Value, place: &str) -> Result<(), String> {
    Err(format!("{place} is {}, expected {}", short(actual), short(expected)))
}

fn short(value: &Value) -> String {
    const MOST: usize = 200;
    let text = value.to_string();
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn matches(actual: &Value, expected: &Value) -> bool {
        check(Some(actual), expected, "it").is_ok()
    }

    #[test]
    fn keys_that_are_not_expected_are_not_looked_at_and_absent_ones_are_defaults() {
        let actual = json!({"label": "cat", "score": 0.5});
        assert!(matches(&actual, &json!({"label": "cat"})));
        assert!(!matches(&actual, &json!({"label": "dog"})));
        let defaults = json!({"a": 0, "b": "0", "c": "", "d": false, "e": [], "f": {"g": 0}});
        assert!(matches(&actual, &defaults));
        for expected in [json!({"a": 1}), json!({"b": "1"}), json!({"d": true}), json!({"e": [0]})]
        {
            assert!(!matches(&actual, &expected), "{expected}");
        }
        assert!(!matches(&actual, &json!({"f": {"g": 1}})));
    }

    #[test]
    fn numbers_have_a_tolerance_and_arrays_a_length() {
        assert!(matches(&json!(1000.09), &json!(1000)));
        assert!(!matches(&json!(1000.2), &json!(1000)));
        assert!(!matches(&json!("1000"), &json!(1000)));
        assert!(matches(&json!([1, 2]), &json!([1, 2])));
        assert!(!matches(&json!([1, 2, 3]), &json!([1, 2])));
    }

    #[test]
    fn matchers_stand_for_what_they_describe() {
        let cases = [
            (json!(10.5), json!({"$near": 12, "$within": 2}), true),
            (json!(9.9), json!({"$near": 12, "$within": 2}), false),
            (json!("5"), json!({"$between": [1, 5]}), true),
            (json!(6), json!({"$between": [1, 5]}), false),
            (json!([1, 2]), json!({"$length": 2}), true),
            (json!("abc"), json!({"$length": 2}), false),
            (json!([1, 2, 3]), json!({"$starts": [1, 2]}), true),
            (json!([1]), json!({"$starts": [1, 2]}), false),
            (json!([{"a": 1}, {"a": 2}]), json!({"$contains": {"a": 2}}), true),
            (json!("a cat"), json!({"$contains": "dog"}), false),
            (json!("x"), json!({"$nonempty": true}), true),
            (json!(""), json!({"$nonempty": true}), false),
            (json!(0), json!({"$nonempty": true}), false),
            (json!(1), json!({"$unheard": true}), false),
        ];
        for (actual, expected, holds) in cases {
            assert_eq!(matches(&actual, &expected), holds, "{actual} against {expected}");
        }
        assert!(check(None, &json!({"$between": [0, 5]}), "it").is_ok());
        assert!(check(None, &json!({"$nonempty": true}), "it").is_err());
    }
}
