//! The case of a server that stops while a stream is open, and of the one that takes its place.

use std::io::Write;
use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};
use ocelli_client::{Answers, Client, Error, Frame, FrameAnswer, v1};
use serde_json::Value;
use tokio::sync::mpsc;

use crate::contract::{from_json, to_json};
use crate::observed::{Observed, ToJson};
use crate::stream::detect_frames;

const RETRY_FOR: Duration = Duration::from_secs(30);
const RETRY_EVERY: Duration = Duration::from_millis(100);

/// Streams until the server, told to stop, ends the stream; then detects with its successor.
pub(crate) async fn run(client: &Client, case: &Value) -> Result<Observed, String> {
    let config = from_json("DetectStreamConfig", &case["config"])?;
    let frames = detect_frames(&case["frames"], 1)?;
    let first = frames.first().ok_or("the case has no frames")?;
    let image = first.input.clone().map_err(|error| error.to_string())?;
    let (sender, receiver) = mpsc::channel::<Frame>(1);
    let sent =
        stream::unfold(
            receiver,
            |mut receiver| async move { Some((receiver.recv().await?, receiver)) },
        );
    let mut observed = match client.detect_stream(config, sent).await {
        Ok(answers) => exchange(answers, &sender, &frames, case["drain_after"].as_u64()).await?,
        Err(error) => return Ok(Observed::of_error(&error)),
    };
    let response = detect_until_it_works(client, &image)
        .await
        .map_err(|error| format!("the server's successor did not answer: {error}"))?;
    observed.response = Some(to_json("DetectResponse", &response)?);
    Ok(observed)
}

async fn exchange(
    mut answers: Answers<FrameAnswer<v1::DetectResult>>,
    sender: &mpsc::Sender<Frame>,
    frames: &[Frame],
    drain_after: Option<u64>,
) -> Result<Observed, String> {
    let windows = vec![to_json("StreamWindow", answers.window())?];
    let mut observed = Observed { windows, ..Observed::default() };
    for frame in frames.iter().cycle() {
        // The call may have let go of its frames already: the next answer then says why.
        let _ = sender.send(frame.clone()).await;
        match answers.next().await {
            Some(Ok(answer)) => observed.answers.push(answer.to_json()?),
            Some(Err(error)) => {
                observed.error = Observed::of_error(&error).error;
                break;
            }
            None => break,
        }
        if drain_after == Some(observed.answers.len() as u64) {
            println!("drain");
            std::io::stdout().flush().map_err(|error| error.to_string())?;
        }
    }
    Ok(observed)
}

async fn detect_until_it_works(
    client: &Client,
    image: &v1::Image,
) -> Result<v1::DetectResponse, Error> {
    let began = Instant::now();
    loop {
        match client.detect(image.clone()).await {
            Err(_) if began.elapsed() < RETRY_FOR => tokio::time::sleep(RETRY_EVERY).await,
            outcome => return outcome,
        }
    }
}
