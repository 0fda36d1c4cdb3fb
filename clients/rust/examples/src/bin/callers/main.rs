//! Load for `make restarts`: callers that share a few clients and call `Detect` at a common rate.
//!
//! Prints `calling` once a call was answered and, once its standard input is closed and every call has
//! ended, one line of JSON: calls, how many of them failed, and how.

mod outcomes;
mod pace;
mod plan;

use std::error::Error as StdError;
use std::process::ExitCode;
use std::sync::Arc;

use futures_util::future::join_all;
use ocelli_client::{Client, Options, image, v1};

use crate::outcomes::Outcomes;
use crate::pace::Pace;
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
        model: plan.model,
        ..Default::default()
    };
    let mut clients = Vec::new();
    for _ in 0..plan.clients {
        let options = Options::default().timeout(plan.timeout);
        clients.push(Client::connect_with(&plan.target, options).await?);
    }
    let pace = Arc::new(Pace::new(plan.calls_per_s));
    let ending = Arc::clone(&pace);
    std::thread::spawn(move || ending.end_with(std::io::stdin()));
    let outcomes = Outcomes::default();
    let callers = (0..plan.callers)
        .map(|number| keep_calling(&clients[number % clients.len()], &request, &pace, &outcomes));
    join_all(callers).await;
    println!("{}", outcomes.report());
    Ok(())
}

async fn keep_calling(
    client: &Client,
    request: &v1::DetectRequest,
    pace: &Pace,
    outcomes: &Outcomes,
) {
    while pace.next().await {
        let answer = client.detect_with(request.clone()).await;
        outcomes.note(answer.map(|answer| answer.result.unwrap_or_default()));
    }
}
