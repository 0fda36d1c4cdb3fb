//! A stream of frames that goes on over restarts, and what became of each frame.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::{StreamExt, stream};
use ocelli_client::{Client, Error, Frame, Outcome, v1};

use crate::pace::Pace;

const RESUME: Duration = Duration::from_secs(60);

/// Frames of streams.
#[derive(Default)]
pub(crate) struct Streamed {
    /// Drawn from their source.
    pub(crate) sent: u64,
    /// Answered with a result.
    pub(crate) answered: u64,
    /// Answered with an error, or as dropped.
    pub(crate) failed: u64,
    /// Answers to frames that had been answered before.
    pub(crate) twice: u64,
    /// Without an answer.
    pub(crate) lost: u64,
}

impl Streamed {
    /// Adds the frames of another stream.
    pub(crate) fn add(&mut self, other: &Self) {
        self.sent += other.sent;
        self.answered += other.answered;
        self.failed += other.failed;
        self.twice += other.twice;
        self.lost += other.lost;
    }
}

/// Streams the image of a request again and again until the pace is over.
pub(crate) async fn stream(
    client: &Client,
    request: &v1::DetectRequest,
    pace: Pace,
) -> (Streamed, Result<(), Error>) {
    let sent = Arc::new(AtomicU64::new(0));
    let mut found = Streamed::default();
    let outcome = follow(client, request, pace, &sent, &mut found).await;
    found.sent = sent.load(Ordering::Relaxed);
    let seen = found.answered + found.failed + found.lost;
    found.lost += found.sent - seen;
    (found, outcome)
}

async fn follow(
    client: &Client,
    request: &v1::DetectRequest,
    pace: Pace,
    sent: &Arc<AtomicU64>,
    found: &mut Streamed,
) -> Result<(), Error> {
    let config = v1::DetectStreamConfig { model: request.model.clone(), ..Default::default() };
    let state = (pace, request.image.clone().unwrap_or_default(), Arc::clone(sent));
    let frames = stream::unfold(state, async |(pace, image, sent)| {
        let number = u64::from(pace.next().await?);
        sent.fetch_add(1, Ordering::Relaxed);
        Some((Frame::new(image.clone()).frame_id(number), (pace, image, sent)))
    });
    let mut expected = 0;
    let mut answers = client.with_resume(RESUME).detect_stream(config, frames).await?;
    while let Some(answer) = answers.next().await.transpose()? {
        if answer.frame_id < expected {
            found.twice += 1;
            continue;
        }
        found.lost += answer.frame_id - expected;
        expected = answer.frame_id + 1;
        match answer.outcome {
            Outcome::Result(result) if !result.detections.is_empty() => found.answered += 1,
            _ => found.failed += 1,
        }
    }
    Ok(())
}
