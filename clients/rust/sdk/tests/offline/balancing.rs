//! Calls go to every server that an address stands for, and go on when one of them goes.

use std::time::{Duration, Instant};

use ocelli_client::v1::{self, sdk};
use ocelli_client::{Client, Code, Options, Retry, image};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::server::{Calls, Reply, serve_on};

async fn listener(address: &str) -> TcpListener {
    TcpListener::bind(address).await.expect("a port")
}

fn address(listener: &TcpListener) -> String {
    listener.local_addr().expect("its address").to_string()
}

fn serve(listener: TcpListener) -> Calls {
    serve_on(listener, |_, _| Reply::of(&v1::DetectResponse::default()))
}

async fn detect(client: &Client) {
    client.detect(image::from_bytes(vec![1])).await.expect("an answer");
}

/// Forgets the calls before, and how many there were.
fn taken(calls: &Calls) -> usize {
    calls.lock().expect("calls").drain(..).count()
}

/// Calls until every server was called.
async fn until_all_are_called(client: &Client, servers: &[&Calls]) {
    let ends_at = Instant::now() + Duration::from_secs(10);
    for calls in servers {
        taken(calls);
    }
    while servers.iter().any(|calls| calls.lock().expect("calls").is_empty()) {
        assert!(Instant::now() < ends_at, "one of them is never called");
        detect(client).await;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    for calls in servers {
        taken(calls);
    }
}

#[tokio::test]
async fn calls_go_to_every_server_in_turn() {
    let (first, second) = (listener("127.0.0.1:0").await, listener("127.0.0.1:0").await);
    let both = format!("ipv4:{},{}", address(&first), address(&second));
    let (first, second) = (serve(first), serve(second));
    let client = Client::connect(&both).await.expect("an address");
    until_all_are_called(&client, &[&first, &second]).await;
    for _ in 0..20 {
        detect(&client).await;
    }
    assert_eq!((taken(&first), taken(&second)), (10, 10));
}

#[tokio::test]
async fn no_call_is_lost_when_a_server_goes_and_it_is_called_again_when_it_is_back() {
    // In a runtime of its own, so that its connections end with it.
    let runtime = Runtime::new().expect("a runtime");
    let first = runtime.spawn(listener("127.0.0.1:0")).await.expect("a listener");
    let second = listener("127.0.0.1:0").await;
    let place = address(&first);
    let both = format!("ipv4:{place},{}", address(&second));
    let entered = runtime.enter();
    let going = serve(first);
    drop(entered);
    let second = serve(second);
    // What was not sent may be sent elsewhere without any retry.
    let options = Options::default().retry(Retry::default().max_attempts(1));
    let client = Client::connect_with(&both, options).await.expect("an address");
    until_all_are_called(&client, &[&going, &second]).await;

    runtime.shutdown_background();
    tokio::time::sleep(Duration::from_millis(100)).await;
    for _ in 0..20 {
        detect(&client).await;
    }
    assert_eq!((taken(&going), taken(&second)), (0, 20));

    let back = serve(listener(&place).await);
    until_all_are_called(&client, &[&back, &second]).await;
}

#[tokio::test]
async fn where_none_of_them_can_be_reached_the_call_says_so() {
    let (first, second) = (listener("127.0.0.1:0").await, listener("127.0.0.1:0").await);
    let both = format!("ipv4:{},{}", address(&first), address(&second));
    drop((first, second));
    let client = Client::connect(&both).await.expect("an address");
    let error = client.unload_model("m").await.expect_err("nobody");
    assert_eq!((error.code(), error.hint()), (Code::Unavailable, sdk::UNREACHABLE_HINT));
}

#[tokio::test]
async fn a_name_is_looked_up() {
    let listener = listener("127.0.0.1:0").await;
    let port = listener.local_addr().expect("its address").port();
    let calls = serve(listener);
    // `localhost` may stand for an IPv6 address besides, at which nobody listens.
    let client = Client::connect(&format!("localhost:{port}")).await.expect("an address");
    for _ in 0..5 {
        detect(&client).await;
    }
    assert_eq!(taken(&calls), 5);
}
