//! Calls, and the errors that servers answer with.

use std::time::Duration;

use ocelli_client::prost_types::{Value, value::Kind};
use ocelli_client::v1::{self, ErrorReason, PixelFormat};
use ocelli_client::{Client, Code, Error, Options, ServingStatus};
use ocelli_client::{filter, payload, image, search_request};

use crate::{cat, client, photo, target};

#[tokio::test]
async fn objects_of_a_file_and_of_raw_pixels() {
    let client = client().await;
    let found = client.detect_file(photo("cat.png")).await.expect("an answer");
    let result = found.result.expect("a result");
    assert_eq!(result.detections[0].label, "cat");
    let gray = image::from_pixels(vec![128; 64 * 48], 64, 48, PixelFormat::Gray);
    let result = client.detect(gray).await.expect("an answer").result.expect("a result");
    assert_eq!((result.width, result.height), (64, 48));
}

#[tokio::test]
async fn errors_are_typed() {
    let client = client().await;
    let error = client.detect_file(photo("no such.png")).await.expect_err("no file");
    assert_eq!(error.code(), Code::InvalidArgument);
    assert!(error.message().contains("no such.png"), "{error}");

    let text = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let error = client.detect_file(text).await.expect_err("no image");
    assert_eq!(error.reason(), Some(ErrorReason::ImageFormatUnknown));
    assert!(!error.is_retryable() && !error.hint().is_empty());
    assert!(!error.field_violations().is_empty());

    let model = String::from("no_such_model");
    let image = Some(image::from_bytes(cat().await));
    let request = v1::DetectRequest { model, image, options: None };
    let error = client.detect_with(request).await.expect_err("no model");
    assert_eq!(error.reason(), Some(ErrorReason::ModelNotFound));
    assert_eq!(error.resource(), Some("no_such_model"));
}

#[tokio::test]
async fn stubs_have_deadlines_and_errors_too() {
    let mut stub = client().await.detect_stub();
    let status = stub.detect(v1::DetectRequest::default()).await.expect_err("no image");
    assert_eq!(Error::from(status).reason(), Some(ErrorReason::ImageEmpty));

    let mut stub = client().await.with_timeout(Duration::from_micros(1)).detect_stub();
    let status = stub.detect(v1::DetectRequest::default()).await.expect_err("no time");
    assert_eq!(status.code(), Code::DeadlineExceeded);
    assert_eq!(Error::from(status).reason(), Some(ErrorReason::DeadlineExceeded));
}

#[tokio::test]
async fn messages_over_the_clients_limit_are_not_sent() {
    let options = Options { max_message_bytes: 10_000, ..Options::default() };
    let client = Client::connect_with(&target(), options).await.expect("settings");
    let error = client.detect(image::from_bytes(vec![0; 20_000])).await.expect_err("too large");
    assert_eq!(error.reason(), Some(ErrorReason::MessageTooLarge));
    assert_eq!(error.code(), Code::ResourceExhausted);
    assert!(error.hint().contains("Options::max_message_bytes"), "{error}");
    assert!(!error.is_retryable());
}

#[tokio::test]
async fn messages_over_the_servers_limit_are_named() {
    let options = Options { max_message_bytes: usize::MAX / 2, ..Options::default() };
    let client = Client::connect_with(&target(), options).await.expect("settings");
    let error = client.detect(image::from_bytes(vec![0; 33 << 20])).await.expect_err("too large");
    assert_eq!(error.reason(), Some(ErrorReason::MessageTooLarge));
    assert!(error.hint().contains("the server's"), "{error}");
}

#[tokio::test]
async fn points_are_found_by_vector_filter_and_id() {
    let client = client().await;
    let name = "rust-points";
    let field = |name: &str, kind: v1::FieldType| v1::CollectionField {
        name: name.into(),
        r#type: kind.into(),
    };
    let fields = vec![field("label", v1::FieldType::Keyword), field("size", v1::FieldType::Float)];
    let collection =
        v1::Collection { name: name.into(), dimension: 2, fields, ..Default::default() };
    let created = client.create_collection(collection.clone()).await.expect("a collection");
    assert_eq!(created.metric(), v1::Metric::Cosine);
    let error = client.create_collection(collection).await.expect_err("it is there");
    assert_eq!(error.reason(), Some(ErrorReason::CollectionExists));
    assert!(client.list_collections().await.expect("a list").iter().any(|one| one.name == name));

    let point = |id: &str, vector: [f32; 2], label: &str, size: f64| v1::Point {
        id: id.into(),
        vector: vector.into(),
        payload: Some(payload([("label", label.into()), ("size", size.into())])),
    };
    let points = vec![
        point("a", [1.0, 0.0], "cat", 1.0),
        point("b", [0.9, 0.1], "dog", 2.0),
        point("c", [0.0, 1.0], "cat", 3.0),
    ];
    let stored = client.upsert_points(name, points).await.expect("stored");
    assert_eq!((stored.stored, stored.errors.len()), (3, 0));

    let hits = client.search(search_request(name, vec![1.0, 0.0])).await.expect("hits");
    let ids: Vec<_> = hits.iter().map(|hit| hit.id.as_str()).collect();
    assert_eq!(ids, ["a", "b", "c"]);
    let label = &hits[0].payload.as_ref().expect("a payload").fields["label"];
    assert_eq!(*label, Value::from(Kind::StringValue("cat".into())));

    let mut request = search_request(name, "a");
    request.filter = Some(filter::all_of([
        filter::any_of([filter::equals("label", "cat"), filter::one_of("label", ["bird"])]),
        filter::range("size", 1.0..=3.0),
        filter::none_of([filter::range("size", ..2.0)]),
    ]));
    let hits = client.search(request).await.expect("hits");
    assert_eq!(hits.len(), 1);
    assert_eq!(hits[0].id, "c");
    assert_eq!(
        client.count_points(name, Some(filter::equals("label", "cat"))).await.expect("a count"),
        2
    );

    let ids = vec!["a".into(), "z".into()];
    let got = client.get_points(name, ids.clone()).await.expect("points");
    assert_eq!((got.points.len(), got.missing_ids), (1, vec!["z".into()]));
    assert_eq!(client.delete_points(name, ids).await.expect("deleted"), 1);
    assert_eq!(client.get_collection(name).await.expect("it").point_count, 2);
    client.delete_collection(name).await.expect("deleted");
}

#[tokio::test]
async fn models_and_health() {
    let client = client().await;
    let models = client.list_models().await.expect("models");
    assert!(models.iter().any(|model| model.name == "nanodet_coco80"));
    let model = client.get_model("efficientnet_lite0").await.expect("the embedder");
    let embedded = client.embed_file(photo("cat.png")).await.expect("an answer");
    assert_eq!(embedded.result.expect("a vector").vector.len(), model.dimension as usize);

    let health = client.health("ocelli.v1.DetectService").await.expect("an answer");
    assert_eq!(health, ServingStatus::Serving);
    let health = client.health("no.such.Service").await.expect("an answer");
    assert_eq!(health, ServingStatus::ServiceUnknown);
}
