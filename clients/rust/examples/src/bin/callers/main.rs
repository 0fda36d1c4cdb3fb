//! Load for `make restarts` and `make rolling`: callers that share a few clients. Some call `Detect` at
//! a common rate, others stream frames, each at a rate of its own.
//!
//! Prints `calling` once a call was answered and, once its standard input is closed and all have ended,
//! one line of JSON: calls, how many of them failed, how calls and streams failed, and what became of
//! the frames.

mod frames;
mod outcomes;
mod pace;
mod plan;

use std::error::Error as StdError;
use std::process::ExitCode;
use std::sync::Arc;

use futures_util::future::{join, join_all};
use ocelli_client::{Client, Options, image, v1};

use crate::outcomes::Outcomes;
use crate::pace::{Over, Pace};
use crate::plan::Plan;

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

async fn run(plan: Plan) -> Result<(), Box<dyn StdError>> {
    let request = v1::DetectRequest {
        image: Some(image::from_file(&plan.image).await?),
        model: plan.model.clone(),
        ..Default::default()
    };
    let mut clients = Vec::new();
    for _ in 0..plan.clients {
        let options = Options::default().timeout(plan.timeout);
        clients.push(Client::connect_with(&plan.target, options).await?);
    }
    let over = Over::default();
    let ending = Arc::clone(&over);
    std::thread::spawn(move || pace::end_with(std::io::stdin(), &ending));
    let pace = Pace::new(plan.calls_per_s, Arc::clone(&over));
    let outcomes = Outcomes::default();
    let callers = (0..plan.callers)
        .map(|number| keep_calling(&clients[number % clients.len()], &request, &pace, &outcomes));
    let streams = (0..plan.streams).map(|number| {
        let pace = Pace::new(plan.frames_per_s, Arc::clone(&over));
        keep_streaming(&clients[number % clients.len()], &request, pace, &outcomes)
    });
    join(join_all(callers), join_all(streams)).await;
    println!("{}", outcomes.report());
    Ok(())
}

async fn keep_calling(
    client: &Client,
    request: &v1::DetectRequest,
    pace: &Pace,
    outcomes: &Outcomes,
) {
    while pace.next().await.is_some() {
        let answer = client.detect_with(request.clone()).await;
        outcomes.note(answer.map(|answer| answer.result.unwrap_or_default()));
    }
}

async fn keep_streaming(
    client: &Client,
    request: &v1::DetectRequest,
    pace: Pace,
    outcomes: &Outcomes,
) {
    let (frames, outcome) = frames::stream(client, request, pace).await;
    outcomes.note_frames(&frames, outcome);
}
