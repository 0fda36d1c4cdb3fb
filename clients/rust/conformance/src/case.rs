//! One case: run, compare, report.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::connect::connect;
use crate::expectation::verify;
use crate::json::text;
use crate::observed::Observed;
use crate::plan::Plan;
use crate::{drain, duplicates, stream, unary};

const TIME_LIMIT: Duration = Duration::from_secs(30);

/// Executes a case and returns its line of the report.
pub(crate) async fn run(case: &Value, plan: &Plan<'_>) -> Value {
    let began = Instant::now();
    let outcome = match tokio::time::timeout(TIME_LIMIT, execute(case, plan)).await {
        Ok(outcome) => outcome,
        Err(_) => Err(format!("it did not end within {} s", TIME_LIMIT.as_secs())),
    };
    let duration_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    let (outcome, message) = match outcome {
        Ok(()) => ("passed", String::new()),
        Err(difference) => ("failed", difference.replace('\n', " ")),
    };
    json!({"id": case["id"], "outcome": outcome, "message": message, "duration_ms": duration_ms})
}

async fn execute(case: &Value, plan: &Plan<'_>) -> Result<(), String> {
    let case = plan.fill_in(case)?;
    let client = connect(&case, plan).await.map_err(|error| error.to_string())?;
    let began = Instant::now();
    let mut observed: Observed = match text(&case["kind"]) {
        "unary" => unary::stub(&client, text(&case["rpc"]), &case["request"]).await?,
        "duplicates" => duplicates::run(&client, &case).await?,
        "file" => unary::file(&client, text(&case["path"]), plan).await?,
        "health" => unary::health(&client, &case["service"]).await,
        "stream" => stream::run(&client, &case).await?,
        "drain" => drain::run(&client, &case).await?,
        other => return Err(format!("there is no kind {other:?}")),
    };
    observed.took = began.elapsed();
    verify(&case["expect"], &observed)
}
