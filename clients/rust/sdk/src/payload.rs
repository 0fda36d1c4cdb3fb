//! Payloads of points.

use prost_types::{Struct, Value};

/// Makes a payload, such as `payload([("label", "cat".into()), ("year", 2024.into())])`.
pub fn payload<K: Into<String>>(fields: impl IntoIterator<Item = (K, Value)>) -> Struct {
    let fields = fields.into_iter().map(|(name, value)| (name.into(), value)).collect();
    Struct { fields }
}
