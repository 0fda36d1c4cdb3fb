//! The plan, and what stands for something else in its cases.

use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value, json};

use crate::json::text;

/// What cases refer to.
pub(crate) struct Plan<'a> {
    language: &'a str,
    /// `host:port` by name.
    pub(crate) targets: &'a Value,
    /// PEM files by name.
    pub(crate) tls: &'a Value,
    /// API keys and tokens by name.
    pub(crate) tokens: &'a Value,
    /// Folder of the images.
    pub(crate) files: &'a Path,
}

impl<'a> Plan<'a> {
    pub(crate) fn new(plan: &'a Value) -> Self {
        Self {
            language: text(&plan["language"]),
            targets: &plan["targets"],
            tls: &plan["tls"],
            tokens: &plan["tokens"],
            files: Path::new(text(&plan["files"])),
        }
    }

    pub(crate) fn tls_file(&self, name: &str) -> &'a Path {
        Path::new(text(&self.tls[name]))
    }

    /// The same JSON with the language, files and zero bytes in their places.
    pub(crate) fn fill_in(&self, value: &Value) -> Result<Value, String> {
        Ok(match value {
            Value::String(text) => json!(text.replace("{language}", self.language)),
            Value::Array(items) => {
                items.iter().map(|item| self.fill_in(item)).collect::<Result<_, _>>()?
            }
            Value::Object(fields) => match bytes(fields, self.files)? {
                Some(bytes) => json!(BASE64_STANDARD.encode(bytes)),
                None => Value::Object(
                    fields
                        .iter()
                        .map(|(key, value)| Ok((key.clone(), self.fill_in(value)?)))
                        .collect::<Result<_, String>>()?,
                ),
            },
            other => other.clone(),
        })
    }
}

fn bytes(fields: &Map<String, Value>, files: &Path) -> Result<Option<Vec<u8>>, String> {
    if let Some(name) = fields.get("$file") {
        let path = files.join(text(name));
        let bytes = std::fs::read(&path);
        return bytes.map(Some).map_err(|error| format!("cannot read {}: {error}", path.display()));
    }
    let zeros = fields.get("$zeros").and_then(Value::as_u64);
    Ok(zeros.map(|count| vec![0; usize::try_from(count).expect("as many as fit in memory")]))
}
