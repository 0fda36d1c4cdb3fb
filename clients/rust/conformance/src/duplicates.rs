//! Cases of duplicates.

use futures_util::StreamExt;
use ocelli_client::Client;
use ocelli_client::v1::find_duplicates_response::Message;
use serde_json::{Value, json};

use crate::contract::{from_json, to_json};
use crate::observed::Observed;

/// Looks for duplicates, and notes the groups and the last progress.
pub(crate) async fn run(client: &Client, case: &Value) -> Result<Observed, String> {
    let request = from_json("FindDuplicatesRequest", &case["request"])?;
    let most = case["cancel_after"].as_u64().map_or(Ok(usize::MAX), usize::try_from);
    let most = most.map_err(|error| error.to_string())?;
    let (mut groups, mut progress) = (Vec::new(), Value::Null);
    let mut messages = client.find_duplicates_with(request);
    while groups.len() < most {
        match messages.next().await {
            Some(Ok(Message::Group(group))) => groups.push(to_json("DuplicateGroup", &group)?),
            Some(Ok(Message::Progress(told))) => {
                progress = to_json("FindDuplicatesProgress", &told)?;
            }
            Some(Err(error)) => return Ok(Observed::of_error(&error)),
            None => break,
        }
    }
    Ok(Observed::of_response(Ok(json!({"groups": groups, "progress": progress}))))
}
