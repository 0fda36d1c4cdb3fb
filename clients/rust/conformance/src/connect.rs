//! The client of a case.

use std::time::Duration;

use ocelli_client::{Client, Error, Options, Tls, Token};
use serde_json::Value;

use crate::json::text;
use crate::plan::Plan;

/// Connects as the case says.
pub(crate) async fn connect(case: &Value, plan: &Plan<'_>) -> Result<Client, Error> {
    let trust = |ca| Tls::default().ca(plan.tls_file(ca));
    let options = match text(&case["tls"]) {
        "" => Options::default(),
        "mutual" => {
            let (cert, key) = (plan.tls_file("client_cert"), plan.tls_file("client_key"));
            Options::default().tls(trust("ca").identity(cert, key))
        }
        ca => Options::default().tls(trust(ca)),
    };
    let options = match text(&case["token"]) {
        "" => options,
        name => options.token(Token::new(text(&plan.tokens[name]))),
    };
    let address = text(&plan.targets[text(&case["target"])]);
    let client = Client::connect_with(address, options).await?;
    let timeout = case["timeout_ms"].as_u64().map(Duration::from_millis);
    Ok(timeout.map_or_else(|| client.clone(), |timeout| client.with_timeout(timeout)))
}
