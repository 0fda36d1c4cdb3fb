//! What keeps a client from a server becomes an error with a hint, in time.

use std::time::{Duration, Instant};

use futures_util::stream;
use ocelli_client::v1::sdk::UNREACHABLE_HINT;
use ocelli_client::v1::{self, ErrorReason};
use ocelli_client::{Client, Code, Error, Frame, Options, Priority, Retry, Tls, Token, image};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::server::{Reply, client_of};

async fn detect(client: &Client) -> Error {
    let started = Instant::now();
    let error = client.detect(image::from_bytes(vec![1])).await.expect_err("a failure");
    assert!(started.elapsed() < Duration::from_secs(5), "{error} after {:?}", started.elapsed());
    error
}

async fn failure(address: &str, options: Options) -> Error {
    detect(&Client::connect_with(address, options).await.expect("settings")).await
}

async fn listener() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("its address").to_string();
    (listener, address)
}

/// Address of a server that answers whatever it reads with these bytes, then closes.
async fn answering(bytes: &'static [u8]) -> String {
    let (listener, address) = listener().await;
    tokio::spawn(async move {
        while let Ok((mut caller, _)) = listener.accept().await {
            let _ = caller.read(&mut [0; 1024]).await;
            let _ = caller.write_all(bytes).await;
        }
    });
    address
}

fn assert_unreachable(error: &Error) {
    assert_eq!((error.code(), error.reason()), (Code::Unavailable, None), "{error}");
    assert!(error.is_retryable());
    assert!(error.message().starts_with("cannot reach "), "{error}");
    assert!(!error.message().ends_with(": "), "{error}");
    assert_eq!(error.hint(), UNREACHABLE_HINT);
}

#[tokio::test]
async fn whatever_is_there_instead_of_a_server_is_told_in_one_way() {
    let (listener, nobody) = listener().await;
    drop(listener);
    let http = answering(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").await;
    let closed = answering(b"").await;
    let tls = || Options::default().tls(Tls::default().ca(certificate()));
    for address in [&nobody, &http, &closed] {
        assert_unreachable(&failure(address, Options::default()).await);
        assert_unreachable(&failure(address, tls()).await);
    }
    assert_unreachable(&failure("no.such.host.invalid:8500", Options::default()).await);
}

/// A file with a certificate, whoever issued it: nobody here answers in TLS.
fn certificate() -> std::path::PathBuf {
    concat!(env!("CARGO_MANIFEST_DIR"), "/tests/offline/ca.pem").into()
}

#[tokio::test]
async fn http_2_without_grpc_is_no_server_either() {
    let (client, _) = client_of(|_, _| Reply::Http(502)).await;
    let error = detect(&client).await;
    assert_unreachable(&error);
    assert!(error.message().contains("502"), "{error}");
    let frames = stream::pending::<Frame>();
    let error = client.detect_stream(v1::DetectStreamConfig::default(), frames).await;
    assert_unreachable(&error.expect_err("no stream"));

    let (client, _) = client_of(|_, _| Reply::Http(401)).await;
    assert_eq!(detect(&client).await.code(), Code::Unauthenticated);
}

#[tokio::test]
async fn silent_server() {
    let (_listener, address) = listener().await;
    let options = Options::default().timeout(Duration::from_millis(500));
    let client = Client::connect_with(&address, options.clone()).await.expect("settings");
    let frames = stream::pending::<Frame>();
    let opening = client.detect_stream(v1::DetectStreamConfig::default(), frames).await;
    for error in [failure(&address, options).await, opening.expect_err("no window comes")] {
        assert_eq!(error.code(), Code::DeadlineExceeded);
        assert_eq!(error.reason(), Some(ErrorReason::DeadlineExceeded));
        assert!(error.hint().contains("timeout"), "{error}");
    }
}

#[tokio::test]
async fn settings_that_cannot_be_used() {
    for address in ["nonsense", "http://127.0.0.1:8500", "127.0.0.1:8500/path", ""] {
        let error = Client::connect(address).await.expect_err(address);
        assert_eq!(error.code(), Code::InvalidArgument);
        assert!(error.message().contains("expected host:port"), "{error}");
    }
    let refused = async |options: Options| {
        let error = Client::connect_with("127.0.0.1:8500", options).await.expect_err("no");
        error.field_violations()[0].field.clone()
    };
    let token = Options::default().token(Token::new("secret"));
    assert!(!format!("{token:?}").contains("secret"));
    Client::connect_with("127.0.0.1:8500", token.clone()).await.expect("this machine");
    let error = Client::connect_with("edge.example:8500", token).await.expect_err("plain text");
    assert_eq!(error.field_violations()[0].field, "token");
    let tls = |tls: Tls| Options::default().tls(tls);
    assert_eq!(refused(tls(Tls::default().ca("no such.pem"))).await, "tls.ca");
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    assert_eq!(refused(tls(Tls::default().ca(manifest))).await, "tls.ca");
    let no_key = Tls::default().identity(certificate(), "no such.key");
    assert_eq!(refused(tls(no_key)).await, "tls.identity");
}

#[tokio::test]
async fn settings_are_what_was_set() {
    let ms = Duration::from_millis;
    let retry = Retry::default()
        .max_attempts(5)
        .initial_backoff(ms(1))
        .max_backoff(ms(2))
        .backoff_multiplier(1.5);
    let options = Options::default()
        .priority(Priority::Batch)
        .timeout(ms(3))
        .max_message_bytes(4)
        .keepalive_time(ms(5))
        .keepalive_timeout(ms(6))
        .connect_timeout(ms(7))
        .retry(retry.clone());
    assert_eq!(
        (Options::default().priority, options.priority),
        (Priority::Interactive, Priority::Batch)
    );
    assert_eq!((options.timeout, options.max_message_bytes), (ms(3), 4));
    assert_eq!((options.keepalive_time, options.keepalive_timeout), (ms(5), ms(6)));
    assert_eq!((options.connect_timeout, options.retry), (ms(7), retry));
    let tls = Tls::default().server_name("edge").identity("a", "b");
    assert_eq!(tls.server_name.as_deref(), Some("edge"));
    assert_eq!(tls.identity, Some(("a".into(), "b".into())));
}
