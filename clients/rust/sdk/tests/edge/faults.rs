//! TLS where there is none, and connections that break: what is repeated, and what is not.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use ocelli_client::v1::sdk::UNREACHABLE_HINT;
use ocelli_client::{Client, Code, Error, Options, Retry, Tls, image, v1};

use crate::{cat, relay, target};

async fn detect(client: &Client) -> Result<v1::DetectResponse, Error> {
    client.detect(image::from_bytes(cat().await)).await
}

async fn failure(address: &str, options: Options) -> Error {
    let client = Client::connect_with(address, options).await.expect("settings");
    let started = Instant::now();
    let error = detect(&client).await.expect_err("a failure");
    assert!(started.elapsed() < Duration::from_secs(5), "{error} after {:?}", started.elapsed());
    error
}

#[tokio::test]
async fn tls_to_a_server_in_plain_text() {
    let error = failure(&target(), Options::default().tls(Tls::default())).await;
    assert_eq!(error.code(), Code::Unavailable);
    assert_eq!(error.hint(), UNREACHABLE_HINT);
}

#[tokio::test]
async fn calls_that_may_be_repeated_are() {
    let relay = relay::start(2).await;
    let client = Client::connect(&relay.address).await.expect("an address");
    detect(&client).await.expect("the third attempt arrives");
    assert_eq!(relay.connections.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn no_more_attempts_than_asked_for() {
    let relay = relay::start(usize::MAX).await;
    let retry = Retry::default().max_attempts(2);
    let error = failure(&relay.address, Options::default().retry(retry)).await;
    assert_eq!(error.code(), Code::Unavailable);
    assert_eq!(relay.connections.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn no_attempt_begins_that_the_deadline_would_cut_off() {
    let relay = relay::start(usize::MAX).await;
    let hour = Duration::from_secs(3600);
    let retry = Retry::default().initial_backoff(hour).max_backoff(hour);
    let error = failure(&relay.address, Options::default().retry(retry)).await;
    assert_eq!(error.code(), Code::Unavailable);
    assert_eq!(relay.connections.load(Ordering::SeqCst), 1);
}
