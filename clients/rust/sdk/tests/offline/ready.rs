//! Waiting for a server that starts.

use std::time::{Duration, Instant};

use ocelli_client::v1::ErrorReason;
use ocelli_client::v1::sdk::UNREACHABLE_HINT;
use ocelli_client::{Client, Code};
use tokio::net::TcpListener;
use tonic::Status;
use tonic_health::pb::HealthCheckResponse;
use tonic_health::pb::health_check_response::ServingStatus;

use crate::server::{Reply, client_of, serve_on};

const DETECT: &str = "ocelli.v1.DetectService";

fn health(status: ServingStatus) -> Reply {
    Reply::of(&HealthCheckResponse { status: status.into() })
}

#[tokio::test]
async fn a_server_that_starts_learns_its_services_and_then_loads_its_models() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("its address");
    drop(listener);
    let client = Client::connect(&address.to_string()).await.expect("an address");
    let ready =
        tokio::spawn(async move { client.wait_until_ready(DETECT, Duration::from_secs(10)).await });
    tokio::time::sleep(Duration::from_millis(500)).await;
    let listener = TcpListener::bind(address).await.expect("the same port");
    let calls = serve_on(listener, |_, before| match before {
        0 | 1 => Reply::Status(Status::not_found("what is that?")),
        2 | 3 => health(ServingStatus::NotServing),
        _ => health(ServingStatus::Serving),
    });
    ready.await.expect("no panic").expect("ready");
    assert_eq!(calls.lock().expect("calls").len(), 5);
}

#[tokio::test]
async fn what_does_not_become_ready_says_what_it_is_in_time() {
    let timeout = Duration::from_millis(600);
    let failure = async |client: &Client| {
        let started = Instant::now();
        let error = client.wait_until_ready(DETECT, timeout).await.expect_err("not ready");
        assert!(started.elapsed() < Duration::from_millis(900), "{:?}", started.elapsed());
        assert_eq!(error.code(), Code::DeadlineExceeded);
        assert_eq!(error.reason(), Some(ErrorReason::DeadlineExceeded));
        error
    };
    let (client, _) = client_of(|_, _| health(ServingStatus::NotServing)).await;
    let error = failure(&client).await;
    assert_eq!(error.message(), format!("{DETECT} does not serve after 600ms: it is NOT_SERVING"));
    assert!(error.hint().contains("log"), "{error}");
    let gone = Client::connect("127.0.0.1:1").await.expect("an address");
    let error = failure(&gone).await;
    assert!(error.message().contains("cannot reach 127.0.0.1:1: "), "{error}");
    assert_eq!(error.hint(), UNREACHABLE_HINT);
}

#[tokio::test]
async fn what_no_waiting_helps_is_told_at_once() {
    let refuse = |_: &_, _| Reply::Status(Status::unauthenticated("who are you?"));
    let (client, calls) = client_of(refuse).await;
    let error = client.wait_until_ready("", Duration::from_secs(60)).await.expect_err("refused");
    assert_eq!(error.code(), Code::Unauthenticated);
    assert_eq!(calls.lock().expect("calls").len(), 1);
}
