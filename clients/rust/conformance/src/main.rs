//! Runs the conformance cases of Ocelli with its Rust client, as `tests/conformance/README.md` says.

mod case;
mod connect;
mod contract;
mod drain;
mod duplicates;
mod expectation;
mod failure;
mod golden;
mod json;
mod matcher;
mod observed;
mod plan;
mod stream;
mod unary;

use std::process::ExitCode;

use serde_json::{Value, json};

use crate::plan::Plan;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["run", plan, report] => run(plan, report).await,
        ["decode", plan, report] => decode(plan, report),
        _ => Err("usage: conformance run|decode PLAN REPORT".into()),
    };
    if let Err(error) = outcome {
        eprintln!("{error}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

async fn run(plan: &str, report: &str) -> Result<(), String> {
    let plan = read(plan)?;
    let mut cases = Vec::new();
    for case in json::list(&plan["cases"]) {
        cases.push(case::run(case, &Plan::new(&plan)).await);
    }
    let encoded = golden::encode(json::list(&plan["golden"]));
    write(report, &json!({"language": plan["language"], "cases": cases, "encoded": encoded}))
}

fn decode(plan: &str, report: &str) -> Result<(), String> {
    let messages = golden::decode(json::list(&read(plan)?["messages"]));
    write(report, &json!({"messages": messages}))
}

fn read(path: &str) -> Result<Value, String> {
    let text = std::fs::read(path).map_err(|error| format!("cannot read {path}: {error}"))?;
    serde_json::from_slice(&text).map_err(|error| format!("{path} is no JSON: {error}"))
}

fn write(path: &str, report: &Value) -> Result<(), String> {
    std::fs::write(path, report.to_string())
        .map_err(|error| format!("cannot write {path}: {error}"))
}
