//! Counts the answers that come within the window, and this process' own CPU.

use std::io::{self, Write};
use std::time::{Duration, Instant};

/// The window and what was seen in it.
pub(crate) struct Meter {
    started: Instant,
    opens: Instant,
    duration: Duration,
    opened: Option<Reading>,
    closed: Option<Reading>,
    latencies_ms: Vec<f64>,
}

/// The clocks at one moment.
struct Reading {
    at: Instant,
    cpu_s: f64,
}

impl Meter {
    /// A window that opens so long after `started` and stays open for `duration`.
    pub(crate) fn new(started: Instant, opens: Duration, duration: Duration) -> Self {
        Self {
            started,
            opens: started + opens,
            duration,
            opened: None,
            closed: None,
            latencies_ms: Vec::new(),
        }
    }

    /// Counts an answer to what was sent `sent_us` microseconds after the start.
    pub(crate) fn answered(&mut self, sent_us: i64) -> io::Result<()> {
        let now = Instant::now();
        if self.opened.is_none() && now >= self.opens {
            println!("measuring");
            io::stdout().flush()?;
            self.opened = Some(Reading { at: now, cpu_s: cpu_s()? });
        } else if let Some(opened) = &self.opened
            && self.closed.is_none()
        {
            if now >= opened.at + self.duration {
                self.closed = Some(Reading { at: now, cpu_s: cpu_s()? });
            } else {
                let sent = self.started + Duration::from_micros(sent_us.unsigned_abs());
                self.latencies_ms.push(now.duration_since(sent).as_secs_f64() * 1e3);
            }
        }
        Ok(())
    }

    /// Whether the window has closed.
    pub(crate) fn is_over(&self) -> bool {
        self.closed.is_some()
    }

    /// What was seen, as one line of JSON.
    pub(crate) fn report(&mut self) -> io::Result<String> {
        let (Some(opened), Some(closed)) = (&self.opened, &self.closed) else {
            return Err(io::Error::other("the window is still open"));
        };
        self.latencies_ms.sort_by(f64::total_cmp);
        Ok(format!(
            r#"{{"frames": {}, "seconds": {:.3}, "p50_ms": {:.3}, "p99_ms": {:.3}, "cpu_s": {:.3}}}"#,
            self.latencies_ms.len(),
            closed.at.duration_since(opened.at).as_secs_f64(),
            percentile(&self.latencies_ms, 50),
            percentile(&self.latencies_ms, 99),
            closed.cpu_s - opened.cpu_s,
        ))
    }
}

fn percentile(sorted: &[f64], percent: usize) -> f64 {
    let last = sorted.len().saturating_sub(1);
    sorted.get((last * percent).div_ceil(100)).copied().unwrap_or_default()
}

/// User and system time of this process, in seconds, of `/proc/self/stat`.
fn cpu_s() -> io::Result<f64> {
    // Linux reports it in hundredths of a second on every platform that matters here.
    const TICKS_PER_S: f64 = 100.0;
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    // The second field, a name in parentheses, may have spaces; utime and stime are the 14th and 15th.
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: Option<f64> = after_name.split_whitespace().skip(11).take(2).map(parsed).sum();
    ticks.map(|ticks| ticks / TICKS_PER_S).ok_or_else(|| io::Error::other("/proc/self/stat is odd"))
}

fn parsed(field: &str) -> Option<f64> {
    field.parse().ok()
}
