//! What keeps a client from a server becomes an error with a hint, in time.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use ocelli_client::v1::ErrorReason;
use ocelli_client::{Client, Code, Error, Options, Retry, Tls, Token, image, v1};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

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

async fn listener() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("its address").to_string();
    (listener, address)
}

#[tokio::test]
async fn no_server() {
    let (listener, address) = listener().await;
    drop(listener);
    let error = failure(&address, Options::default()).await;
    assert_eq!(error.code(), Code::Unavailable);
    assert_eq!(error.reason(), None);
    assert!(error.is_retryable());
    assert!(error.message().contains("refused"), "{error}");
    assert!(error.hint().contains("ocelli serve"), "{error}");
}

#[tokio::test]
async fn http_server() {
    let (listener, address) = listener().await;
    tokio::spawn(async move {
        while let Ok((mut caller, _)) = listener.accept().await {
            let _ = caller.read(&mut [0; 1024]).await;
            let _ =
                caller.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").await;
        }
    });
    let error = failure(&address, Options::default()).await;
    assert_eq!(error.code(), Code::Unavailable);
    assert!(error.hint().contains("HTTP server"), "{error}");
}

#[tokio::test]
async fn silent_server() {
    let (_listener, address) = listener().await;
    let options = Options { timeout: Duration::from_millis(500), ..Options::default() };
    let client = Client::connect_with(&address, options.clone()).await.expect("settings");
    let stream =
        client.detect_stream(v1::DetectStreamConfig::default(), futures_util::stream::pending());
    let opening = stream.await.expect_err("no window comes");
    for error in [failure(&address, options).await, opening] {
        assert_eq!(error.code(), Code::DeadlineExceeded);
        assert_eq!(error.reason(), Some(ErrorReason::DeadlineExceeded));
        assert!(error.hint().contains("timeout"), "{error}");
    }
}

#[tokio::test]
async fn tls_to_a_server_in_plain_text() {
    let ca = crate::photo("../..").join("nowhere.pem");
    let no_file =
        Options { tls: Some(Tls { ca: Some(ca), ..Tls::default() }), ..Options::default() };
    let error = Client::connect_with(&target(), no_file).await.expect_err("no such file");
    assert_eq!(error.field_violations()[0].field, "tls.ca");

    let error =
        failure(&target(), Options { tls: Some(Tls::default()), ..Options::default() }).await;
    assert_eq!(error.code(), Code::Unavailable);
    assert!(error.hint().contains("plain text"), "{error}");
}

#[tokio::test]
async fn settings_that_cannot_be_used() {
    for address in ["nonsense", "http://127.0.0.1:8500", "127.0.0.1:8500/path", ""] {
        let error = Client::connect(address).await.expect_err(address);
        assert_eq!(error.code(), Code::InvalidArgument);
        assert!(error.message().contains("expected host:port"), "{error}");
    }
    let token = Options { token: Some(Token::new("secret")), ..Options::default() };
    assert!(!format!("{token:?}").contains("secret"));
    let error = Client::connect_with(&target(), token).await.expect_err("a token in plain text");
    assert_eq!(error.field_violations()[0].field, "token");
    let key_only = Tls { key: Some("client.key".into()), ca: None, ..Tls::default() };
    let options = Options { tls: Some(key_only), ..Options::default() };
    let error = Client::connect_with(&target(), options).await.expect_err("no certificate");
    assert_eq!(error.field_violations()[0].field, "tls.cert");
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
    let retry = Retry { max_attempts: 2, ..Retry::default() };
    let error = failure(&relay.address, Options { retry, ..Options::default() }).await;
    assert_eq!(error.code(), Code::Unavailable);
    assert_eq!(relay.connections.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn calls_that_change_something_are_sent_once() {
    let relay = relay::start(1).await;
    let client = Client::connect(&relay.address).await.expect("an address");
    let error = client.unload_model("no_such_model").await.expect_err("refused");
    assert_eq!(error.code(), Code::Unavailable);
    let error = client.unload_model("no_such_model").await.expect_err("no such model");
    assert_eq!(error.reason(), Some(ErrorReason::ModelNotFound));
}

#[tokio::test]
async fn no_attempt_begins_that_the_deadline_would_cut_off() {
    let relay = relay::start(usize::MAX).await;
    let hour = Duration::from_secs(3600);
    let retry = Retry { initial_backoff: hour, max_backoff: hour, ..Retry::default() };
    let error = failure(&relay.address, Options { retry, ..Options::default() }).await;
    assert_eq!(error.code(), Code::Unavailable);
    assert_eq!(relay.connections.load(Ordering::SeqCst), 1);
}
