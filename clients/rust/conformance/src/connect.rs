//! The client of a case.

use std::time::Duration;

use ocelli_client::{Client, Error, Options, Tls};
use serde_json::Value;

use crate::json::text;
use crate::stand_in::Plan;

/// Connects as the case says.
pub(crate) async fn connect(case: &Value, plan: &Plan<'_>) -> Result<Client, Error> {
    let trust = |ca| Tls { ca: plan.tls_file(ca), ..Tls::default() };
    let tls = match text(&case["tls"]) {
        "" => None,
        "mutual" => Some(Tls {
            cert: plan.tls_file("client_cert"),
            key: plan.tls_file("client_key"),
            ..trust("ca")
        }),
        ca => Some(trust(ca)),
    };
    let address = text(&plan.targets[text(&case["target"])]);
    let client = Client::connect_with(address, Options { tls, ..Options::default() }).await?;
    let timeout = case["timeout_ms"].as_u64().map(Duration::from_millis);
    Ok(timeout.map_or_else(|| client.clone(), |timeout| client.with_timeout(timeout)))
}
