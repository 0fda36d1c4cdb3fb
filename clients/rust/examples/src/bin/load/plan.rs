//! The command line.

use std::path::PathBuf;
use std::time::Duration;

const USAGE: &str =
    "usage: load --target ADDRESS --model NAME --images FOLDER --warm-up-s S --duration-s S";

/// What is to be done.
pub(crate) struct Plan {
    /// `host:port` of the server.
    pub(crate) target: String,
    /// Which model to ask.
    pub(crate) model: String,
    /// Folder of the images to send in turn.
    pub(crate) images: PathBuf,
    /// How long to load the server before measuring.
    pub(crate) warm_up: Duration,
    /// How long to measure.
    pub(crate) duration: Duration,
}

impl Plan {
    /// Reads pairs of names and values, in any order.
    pub(crate) fn parse(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let given: Vec<String> = arguments.collect();
        let value = |name: &str| {
            let pair = given.chunks_exact(2).find(|pair| pair[0] == name);
            pair.map(|pair| pair[1].clone()).ok_or_else(|| format!("{name} is missing; {USAGE}"))
        };
        let seconds = |name: &str| {
            let text = value(name)?;
            let seconds = text.parse().ok().map(Duration::try_from_secs_f64);
            seconds
                .and_then(Result::ok)
                .ok_or_else(|| format!("{name} is {text:?}; expected seconds"))
        };
        Ok(Self {
            target: value("--target")?,
            model: value("--model")?,
            images: value("--images")?.into(),
            warm_up: seconds("--warm-up-s")?,
            duration: seconds("--duration-s")?,
        })
    }
}
