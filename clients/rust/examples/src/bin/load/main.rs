//! Load for the benchmark: one `DetectStream` with 16 frames in flight, images of a folder in turn.
//!
//! Prints `measuring` once warm, and one line of JSON at the end of its window.

mod meter;
mod plan;

use std::process::ExitCode;
use std::time::Instant;

use futures_util::{StreamExt, stream};
use ocelli_client::{Client, Frame, image, v1};
use ocelli_examples::images;

use crate::meter::Meter;
use crate::plan::Plan;

const IN_FLIGHT: u32 = 16;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let outcome = match Plan::parse(std::env::args().skip(1)) {
        Ok(plan) => run(plan).await,
        Err(error) => Err(error.into()),
    };
    if let Err(error) = outcome {
        eprintln!("{error}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

async fn run(plan: Plan) -> Result<(), Box<dyn std::error::Error>> {
    let mut frames = Vec::new();
    for path in images(&plan.images)? {
        frames.push(image::from_file(path).await?);
    }
    let client = Client::connect(&plan.target).await?;
    let stream = v1::StreamOptions { max_in_flight_frames: IN_FLIGHT, ..Default::default() };
    let config =
        v1::DetectStreamConfig { model: plan.model, stream: Some(stream), ..Default::default() };

    let started = Instant::now();
    // A frame's time of capture comes back with its answer: it is the time of sending here.
    let frames = stream::unfold(0, move |number: usize| {
        let now = started.elapsed();
        let image = frames[number % frames.len()].clone();
        let capture_time_us = i64::try_from(now.as_micros()).expect("a short run");
        let frame = Frame::new(image).capture_time_us(capture_time_us);
        std::future::ready(Some((frame, number + 1)))
    });
    let mut answers = client.detect_stream(config, frames).await?;
    let granted = answers.window().max_in_flight_frames;
    if granted != IN_FLIGHT {
        return Err(format!("the edge granted {granted} frames, not {IN_FLIGHT}").into());
    }
    let mut meter = Meter::new(started, plan.warm_up, plan.duration);
    while !meter.is_over() {
        let answer = answers.next().await.ok_or("the edge ended the stream")??;
        if answer.result().is_none_or(|result| result.detections.is_empty()) {
            return Err(format!("nothing found in a frame: {answer:?}").into());
        }
        meter.answered(answer.capture_time_us)?;
    }
    println!("{}", meter.report()?);
    Ok(())
}
