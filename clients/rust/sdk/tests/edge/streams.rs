//! Streams: order, the window, items that cannot be sent, and ends before the end.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::{StreamExt, stream};
use ocelli_client::v1::{self, ErrorReason};
use ocelli_client::{Client, Code, Frame, IndexEntry, Outcome, image, query, search_request};

use crate::{cat, client, photo, relay};

fn window_of(frames: u32) -> v1::DetectStreamConfig {
    let stream = v1::StreamOptions { max_in_flight_frames: frames, ..Default::default() };
    v1::DetectStreamConfig { stream: Some(stream), ..Default::default() }
}

#[tokio::test]
async fn no_more_frames_are_drawn_than_the_window_allows() {
    let (image, drawn) = (image::from_bytes(cat().await), Arc::new(AtomicUsize::new(0)));
    let counter = Arc::clone(&drawn);
    let frames = stream::iter(0..20).map(move |_| {
        counter.fetch_add(1, Ordering::SeqCst);
        Frame::new(image.clone())
    });
    let mut answers = client().await.detect_stream(window_of(3), frames).await.expect("a window");
    assert_eq!(answers.window().max_in_flight_frames, 3);
    let max_unanswered = answers.window().max_unanswered_frames as usize;
    let (mut taken, mut most) = (0, 0);
    while let Some(answer) = answers.next().await {
        let answer = answer.expect("an answer");
        assert_eq!(answer.frame_id, taken);
        assert!(answer.result().is_some());
        taken += 1;
        // Time for a sender that would send too much.
        tokio::time::sleep(Duration::from_millis(30)).await;
        most = most.max(drawn.load(Ordering::SeqCst) - usize::try_from(taken).expect("few"));
    }
    assert_eq!((taken, most), (20, max_unanswered));
}

#[tokio::test]
async fn frames_that_cannot_be_sent_fail_in_their_turn() {
    let whole = Frame::new(image::from_bytes(cat().await));
    let frames = vec![
        Frame::from_file(photo("cat.png")).await,
        Frame::from_file(photo("no such.png")).await,
        Frame::new(image::from_bytes(vec![0; 40 << 20])).frame_id(77),
        whole.capture_time_us(-5),
    ];
    let answers = client().await.detect_stream(window_of(4), stream::iter(frames)).await;
    let answers: Vec<_> =
        answers.expect("a window").map(|it| it.expect("an answer")).collect().await;
    let ids: Vec<_> = answers.iter().map(|answer| answer.frame_id).collect();
    assert_eq!(ids, [0, 1, 77, 3]);
    assert!(answers[0].result().is_some() && answers[3].result().is_some());
    assert_eq!(answers[3].capture_time_us, -5);
    let Outcome::Failed(missing) = &answers[1].outcome else { panic!("{:?}", answers[1]) };
    assert!(missing.message().contains("no such.png"), "{missing}");
    let Outcome::Failed(large) = &answers[2].outcome else { panic!("{:?}", answers[2]) };
    assert_eq!(large.reason(), Some(ErrorReason::MessageTooLarge));
}

#[tokio::test]
async fn a_stream_that_cannot_open_says_why() {
    let config = v1::EmbedStreamConfig { model: "nanodet_coco80".into(), ..Default::default() };
    let frames = stream::pending::<Frame>();
    let error = client().await.embed_stream(config, frames).await.expect_err("no embedder");
    assert_eq!(error.reason(), Some(ErrorReason::ModelWrongTask));
}

#[tokio::test]
async fn a_stream_ends_at_its_deadline() {
    let client = client().await.with_timeout(Duration::from_millis(700));
    let mut answers =
        client.detect_stream(window_of(1), stream::pending()).await.expect("a window");
    let error = answers.next().await.expect("an end").expect_err("no answer is due");
    assert_eq!(error.reason(), Some(ErrorReason::DeadlineExceeded));
    assert!(answers.next().await.is_none());
}

#[tokio::test]
async fn a_stream_goes_on_where_its_server_was_away() {
    let relay = relay::start(0).await;
    let client = Client::connect(&relay.address).await.expect("an address");
    let client = client.with_resume(Duration::from_secs(20));
    let image = image::from_bytes(cat().await);
    let frames = stream::iter(0..20).map(move |_| Frame::new(image.clone()));
    let mut answers = client.detect_stream(window_of(4), frames).await.expect("a window");
    let mut ids = Vec::new();
    while let Some(answer) = answers.next().await {
        let answer = answer.expect("an answer");
        assert!(answer.result().is_some());
        ids.push(answer.frame_id);
        if ids.len() == 5 {
            relay.open.send_replace(false);
            let open = relay.open.clone();
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_secs(2)).await;
                open.send_replace(true);
            });
        }
    }
    assert_eq!(ids, (0..20).collect::<Vec<_>>());
    assert!(relay.connections.load(Ordering::SeqCst) > 2);
}

#[tokio::test]
async fn of_damaged_images_what_can_be_decoded_is_used_where_that_is_asked_for() {
    let client = client().await;
    let mut bytes = tokio::fs::read(photo("diners.jpg")).await.expect("diners.jpg");
    bytes.truncate(bytes.len() * 4 / 5);
    let damaged = image::from_bytes(bytes);
    let lenient = image::with_tolerance(damaged.clone(), v1::Tolerance::Lenient);
    let error = client.detect(damaged.clone()).await.expect_err("strict");
    assert_eq!(error.reason(), Some(ErrorReason::ImageCorrupt));
    let result = client.detect(lenient.clone()).await.expect("an answer").result.expect("a result");
    assert_eq!(result.warnings[0].reason(), v1::ImageWarningReason::Damaged);
    let frames = stream::iter([Frame::new(lenient), Frame::new(damaged)]);
    let answers = client.detect_stream(window_of(2), frames).await.expect("a window");
    let answers: Vec<_> = answers.map(|it| it.expect("an answer")).collect().await;
    assert_eq!(answers[0].result().expect("a result").warnings.len(), 1);
    let Outcome::Failed(error) = &answers[1].outcome else { panic!("{:?}", answers[1]) };
    assert_eq!(error.reason(), Some(ErrorReason::ImageCorrupt));
}

#[tokio::test]
async fn leaving_a_stream_lets_go_of_its_frames() {
    let image = image::from_bytes(cat().await);
    let alive = Arc::new(());
    let held = Arc::clone(&alive);
    // Waits for ever after its first frame, as a camera that is switched off does.
    let frames = stream::iter([Frame::new(image)]).chain(stream::pending()).map(move |frame| {
        let _ = &held;
        frame
    });
    let mut answers = client().await.detect_stream(window_of(2), frames).await.expect("a window");
    answers.next().await.expect("an answer").expect("an answer");
    drop(answers);
    for _ in 0..100 {
        if Arc::strong_count(&alive) == 1 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the call still holds the frames");
}

#[tokio::test]
async fn images_are_indexed_and_found() {
    let (client, name) = (client().await, "rust-photos");
    let collection = v1::Collection {
        name: name.into(),
        model: "efficientnet_lite0".into(),
        ..Default::default()
    };
    client.create_collection(collection).await.expect("a collection");
    let entries = vec![
        IndexEntry::from_file("cat", photo("cat.png")).await,
        IndexEntry::from_file("lost", photo("no such.png")).await,
        IndexEntry::from_file("coffee", photo("coffee.png")).await,
    ];
    let answers = client.index_stream(name, stream::iter(entries)).await.expect("a window");
    assert_eq!(answers.window().model, "efficientnet_lite0");
    let answers: Vec<_> = answers.map(|answer| answer.expect("an answer")).collect().await;
    let outcomes: Vec<_> = answers.iter().map(|it| (it.id.as_str(), it.outcome.is_ok())).collect();
    assert_eq!(outcomes, [("cat", true), ("lost", false), ("coffee", true)]);
    let error = answers[1].outcome.as_ref().expect_err("no file");
    assert_eq!(error.code(), Code::InvalidArgument);

    let image = image::from_file(photo("coffee.png")).await.expect("coffee.png");
    let hits = client.search(search_request(name, query::image(image))).await.expect("hits").hits;
    assert_eq!(hits[0].id, "coffee");
    client.delete_collection(name).await.expect("deleted");
}
