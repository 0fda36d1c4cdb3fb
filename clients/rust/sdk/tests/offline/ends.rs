//! Calls that end without their caller's doing, answers that are too large, and tokens.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::{StreamExt, future, stream};
use ocelli_client::v1::{self, ErrorReason, sdk};
use ocelli_client::{Client, Code, Error, Frame, Options, Tls, Token, image};
use tokio::net::TcpListener;
use tonic::Status;

use crate::server::{Reply, client_of};

fn collection(name: &str) -> v1::Collection {
    v1::Collection { name: name.into(), ..Default::default() }
}

fn assert_ended(error: &Error) {
    assert_eq!((error.code(), error.reason()), (Code::Unavailable, None), "{error}");
    assert!(error.message().contains(", or the connection to it, ended the call: "), "{error}");
    assert_eq!(error.hint(), sdk::hint(ErrorReason::Draining));
    assert_eq!(error.retry_after(), Some(Duration::from_millis(100)));
    assert!(error.is_retryable());
}

#[tokio::test]
async fn a_call_that_its_caller_did_not_cancel_is_repeated_like_an_unavailable_one() {
    let (client, calls) = client_of(|_, _| Reply::Status(Status::cancelled("lost"))).await;
    let error = client.get_model("m").await.expect_err("ended");
    assert_ended(&error);
    assert!(error.message().ends_with(": lost"), "{error}");
    assert_eq!(calls.lock().expect("calls").len(), 3);
    assert_ended(&client.unload_model("m").await.expect_err("ended"));
    assert_eq!(calls.lock().expect("calls").len(), 4);

    let config = v1::DetectStreamConfig::default;
    let opening = client.detect_stream(config(), stream::pending::<Frame>()).await;
    assert_ended(&opening.expect_err("ended"));
    let (client, _) = client_of(|_, _| Reply::Stream(Status::cancelled(""))).await;
    let mut answers =
        client.detect_stream(config(), stream::pending::<Frame>()).await.expect("a window");
    assert_ended(&answers.next().await.expect("an end").expect_err("ended"));
}

#[tokio::test]
async fn what_the_server_refused_unseen_is_repeated_whatever_it_does() {
    let created =
        || Reply::of(&v1::CreateCollectionResponse { collection: Some(collection("made")) });
    let (client, calls) = client_of(move |_, before| match before {
        0 | 1 => Reply::Refused,
        _ => created(),
    })
    .await;
    assert_eq!(client.create_collection(collection("a")).await.expect("made").name, "made");
    assert_eq!(calls.lock().expect("calls").len(), 3);

    let (client, calls) = client_of(|_, _| Reply::Refused).await;
    assert_ended(&client.create_collection(collection("a")).await.expect_err("refused"));
    assert_eq!(calls.lock().expect("calls").len(), 3);

    let (client, _) = client_of(|_, before| match before {
        0 => Reply::Refused,
        _ => Reply::Stream(Status::ok("")),
    })
    .await;
    let frames = stream::empty::<Frame>();
    client.detect_stream(v1::DetectStreamConfig::default(), frames).await.expect("a window");
}

#[tokio::test]
async fn what_may_have_been_processed_is_sent_once() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("its address").to_string();
    let seen = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&seen);
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let mut connection = h2::server::handshake(socket).await.expect("HTTP/2");
            // The call has arrived when its connection breaks.
            let call = connection.accept().await.expect("a call").expect("a call");
            counter.fetch_add(1, Ordering::SeqCst);
            drop((call, connection));
        }
    });
    let client = Client::connect(&address).await.expect("an address");
    let error = client.create_collection(collection("a")).await.expect_err("broken");
    assert_eq!(error.code(), Code::Unavailable);
    assert_eq!(seen.load(Ordering::SeqCst), 1);
    let error = client.get_model("m").await.expect_err("broken");
    assert_eq!(error.code(), Code::Unavailable);
    assert_eq!(seen.load(Ordering::SeqCst), 4);
}

/// A server that creates collections, and leaves each of its connections after a few calls.
async fn leaving(served: Arc<AtomicUsize>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("its address").to_string();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let served = Arc::clone(&served);
            tokio::spawn(async move {
                let mut connection = h2::server::handshake(socket).await.expect("HTTP/2");
                let mut accepted = 0;
                while let Some(Ok((_, respond))) = connection.accept().await {
                    accepted += 1;
                    if accepted == 7 {
                        connection.graceful_shutdown();
                    }
                    served.fetch_add(1, Ordering::SeqCst);
                    let created = v1::CreateCollectionResponse::default();
                    crate::server::respond_with(respond, Reply::of(&created));
                }
            });
        }
    });
    address
}

#[tokio::test]
async fn no_call_is_lost_around_connections_that_go_away() {
    const CALLS: usize = 300;
    let served = Arc::new(AtomicUsize::new(0));
    let client = Client::connect(&leaving(Arc::clone(&served)).await).await.expect("an address");
    let calls = (0..CALLS).map(|number| {
        let client = client.clone();
        async move { client.create_collection(collection(&number.to_string())).await.map(drop) }
    });
    let outcomes: Vec<_> = stream::iter(calls).buffer_unordered(10).collect().await;
    let failures: Vec<_> = outcomes.iter().filter_map(|it| it.as_ref().err()).collect();
    assert!(failures.is_empty(), "{} of {CALLS}: {}", failures.len(), failures[0]);
    assert_eq!(served.load(Ordering::SeqCst), CALLS);
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_to_be_asked_for_in_parts() {
    let (client, _) = client_of(|_, _| {
        let models = vec![v1::Model { name: "m".repeat(9000), ..Default::default() }];
        Reply::of(&v1::ListModelsResponse { models, ..Default::default() })
    })
    .await;
    let address = client.address().to_owned();
    let options = Options::default().max_message_bytes(4000);
    let client = Client::connect_with(&address, options).await.expect("settings");
    let error = client.list_models().await.expect_err("too large");
    assert_eq!(error.code(), Code::ResourceExhausted);
    assert_eq!(error.reason(), Some(ErrorReason::AnswerTooLarge));
    assert!(!error.is_retryable());
    assert!(error.hint().starts_with(sdk::hint(ErrorReason::AnswerTooLarge)), "{error}");
    assert!(error.hint().contains("Options::max_message_bytes"), "{error}");
}

#[tokio::test]
async fn a_hint_that_the_message_has_already_is_not_repeated() {
    let hint = sdk::hint(ErrorReason::AnswerTooLarge);
    let (client, _) = client_of(move |_, _| {
        use tonic_types::{ErrorDetails, StatusExt};
        let mut details = ErrorDetails::new();
        details.set_error_info("ANSWER_TOO_LARGE", sdk::ERROR_DOMAIN, []);
        let message = format!("too large; {hint}");
        Reply::Status(Status::with_error_details(Code::ResourceExhausted, message, details))
    })
    .await;
    let error = client.list_models().await.expect_err("too large");
    assert_eq!(error.to_string(), format!("too large; {hint}"));
    assert_eq!((error.hint(), error.is_retryable()), (hint, false));
}

#[tokio::test]
async fn streams_and_calls_may_move_between_threads() {
    let (client, _) = client_of(|_, _| Reply::Stream(Status::ok(""))).await;
    let stream = tokio::spawn(async move {
        let config = v1::DetectStreamConfig::default();
        let answers = client.detect_stream(config, stream::empty::<Frame>()).await?;
        future::ready(answers.count().await).await;
        Ok::<_, Error>(())
    });
    stream.await.expect("no panic").expect("a stream");
}

#[tokio::test]
async fn a_token_that_does_not_come_fails_the_call_in_time() {
    let certificate = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/offline/ca.pem");
    let connect = async |token: Token| {
        let options = Options::default()
            .tls(Tls::default().ca(certificate))
            .timeout(Duration::from_millis(300))
            .token(token);
        let client = Client::connect_with("127.0.0.1:1", options).await.expect("settings");
        client.detect(image::from_bytes(vec![1])).await.expect_err("no token").code()
    };
    let shut = Token::from_async_fn(|| future::ready(Err::<String, _>("the vault is shut")));
    assert_eq!(connect(shut).await, Code::Unauthenticated);
    let slow = Token::from_async_fn(future::pending::<Result<String, Error>>);
    assert_eq!(connect(slow).await, Code::DeadlineExceeded);
}
