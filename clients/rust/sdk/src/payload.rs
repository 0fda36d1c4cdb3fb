//! Payloads of points.

use prost_types::value::Kind;
use prost_types::{Struct, Value};

/// Makes a payload, such as `payload([("label", "cat".into()), ("year", 2024.into())])`.
pub fn payload<K: Into<String>>(fields: impl IntoIterator<Item = (K, Value)>) -> Struct {
    let fields = fields.into_iter().map(|(name, value)| (name.into(), value)).collect();
    Struct { fields }
}

/// Reads the values of a payload; `None` where the key is missing or has a value of another type.
pub trait PayloadExt {
    /// The text of a key.
    fn text(&self, key: &str) -> Option<&str>;
    /// The whole number of a key. Payloads have one type for all numbers, which holds whole ones up
    /// to 2^53 exactly.
    fn integer(&self, key: &str) -> Option<i64>;
    /// The number of a key.
    fn number(&self, key: &str) -> Option<f64>;
    /// The boolean of a key.
    fn boolean(&self, key: &str) -> Option<bool>;
}

impl PayloadExt for Struct {
    fn text(&self, key: &str) -> Option<&str> {
        match kind(self, key)? {
            Kind::StringValue(text) => Some(text),
            _ => None,
        }
    }

    fn integer(&self, key: &str) -> Option<i64> {
        const MAX: f64 = 9_007_199_254_740_992.0;
        let number = self.number(key)?;
        let is_whole = number.fract() == 0.0 && number.abs() <= MAX;
        #[allow(clippy::cast_possible_truncation)] // it is whole, and within the range
        is_whole.then_some(number as i64)
    }

    fn number(&self, key: &str) -> Option<f64> {
        match kind(self, key)? {
            Kind::NumberValue(number) => Some(*number),
            _ => None,
        }
    }

    fn boolean(&self, key: &str) -> Option<bool> {
        match kind(self, key)? {
            Kind::BoolValue(value) => Some(*value),
            _ => None,
        }
    }
}

fn kind<'a>(payload: &'a Struct, key: &str) -> Option<&'a Kind> {
    payload.fields.get(key)?.kind.as_ref()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back_as_they_were() {
        let found = payload([
            ("label", "cat".into()),
            ("year", 2024.into()),
            ("ratio", 0.5.into()),
            ("seen", true.into()),
            ("huge", 1e300.into()),
        ]);
        assert_eq!(found.text("label"), Some("cat"));
        assert_eq!(found.integer("year"), Some(2024));
        assert_eq!(found.number("year"), Some(2024.0));
        assert_eq!(found.number("ratio"), Some(0.5));
        assert_eq!(found.boolean("seen"), Some(true));
        for key in ["ratio", "label", "huge", "none"] {
            assert_eq!(found.integer(key), None, "{key}");
        }
        assert_eq!((found.text("year"), found.boolean("label")), (None, None));
    }
}
