//! The command line.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

const USAGE: &str = "usage: callers --target ADDRESS --model NAME --image FILE \
                     [--callers N] [--rate R] [--clients N] [--timeout-s S] \
                     [--streams N] [--frames-per-s R]";

/// What is to be done.
pub(crate) struct Plan {
    /// The server, or several of them.
    pub(crate) target: String,
    /// Which model to ask.
    pub(crate) model: String,
    /// The image to send.
    pub(crate) image: PathBuf,
    /// How many call.
    pub(crate) callers: usize,
    /// Calls a second, of all callers together.
    pub(crate) calls_per_s: f64,
    /// Clients that callers and streams share.
    pub(crate) clients: usize,
    /// How long a call may take.
    pub(crate) timeout: Duration,
    /// Streams of frames.
    pub(crate) streams: usize,
    /// Frames a second, of each stream.
    pub(crate) frames_per_s: f64,
}

impl Plan {
    /// Reads pairs of names and values, in any order.
    pub(crate) fn parse(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let given: Vec<String> = arguments.collect();
        Ok(Self {
            target: value(&given, "--target", None)?,
            model: value(&given, "--model", None)?,
            image: value(&given, "--image", None)?,
            callers: value(&given, "--callers", Some(48))?,
            calls_per_s: value(&given, "--rate", Some(200.0))?,
            clients: value(&given, "--clients", Some(4))?,
            timeout: Duration::from_secs_f64(value(&given, "--timeout-s", Some(20.0))?),
            streams: value(&given, "--streams", Some(0))?,
            frames_per_s: value(&given, "--frames-per-s", Some(5.0))?,
        })
    }
}

fn value<T: FromStr>(given: &[String], name: &str, default: Option<T>) -> Result<T, String> {
    match given.chunks_exact(2).find(|pair| pair[0] == name) {
        Some(pair) => pair[1].parse().map_err(|_| format!("{name} is {:?}; {USAGE}", pair[1])),
        None => default.ok_or_else(|| format!("{name} is missing; {USAGE}")),
    }
}
