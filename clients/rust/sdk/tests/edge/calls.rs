//! Calls, and the errors that servers answer with.

use std::collections::HashSet;
use std::time::Duration;

use futures_util::TryStreamExt;
use ocelli_client::prost_types::{Value, value::Kind};
use ocelli_client::v1::{self, ErrorReason, PixelFormat};
use ocelli_client::{Client, Code, Error, Options, PayloadExt, ServingStatus};
use ocelli_client::{filter, image, payload, query, search_request};

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
    let request = v1::DetectRequest { model, image, ..Default::default() };
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
    let options = Options::default().max_message_bytes(10_000);
    let client = Client::connect_with(&target(), options).await.expect("settings");
    let error = client.detect(image::from_bytes(vec![0; 20_000])).await.expect_err("too large");
    assert_eq!(error.reason(), Some(ErrorReason::MessageTooLarge));
    assert_eq!(error.code(), Code::ResourceExhausted);
    assert!(error.hint().contains("Options::max_message_bytes"), "{error}");
    assert!(!error.is_retryable());
}

#[tokio::test]
async fn messages_over_the_servers_limit_are_named() {
    let options = Options::default().max_message_bytes(usize::MAX / 2);
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
        vector: Some(v1::Vector { values: vector.into() }),
        payload: Some(payload([("label", label.into()), ("size", size.into())])),
    };
    let points = vec![
        point("a", [1.0, 0.0], "cat", 1.0),
        point("b", [0.9, 0.1], "dog", 2.0),
        point("c", [0.0, 1.0], "cat", 3.0),
    ];
    let stored = client.upsert_points(name, points).await.expect("stored");
    assert_eq!((stored.stored, stored.errors.len()), (3, 0));

    let hits =
        client.search(search_request(name, query::vector([1.0, 0.0]))).await.expect("hits").hits;
    let ids: Vec<_> = hits.iter().map(|hit| hit.id.as_str()).collect();
    assert_eq!(ids, ["a", "b", "c"]);
    let label = &hits[0].payload.as_ref().expect("a payload").fields["label"];
    assert_eq!(*label, Value::from(Kind::StringValue("cat".into())));

    let mut request = search_request(name, query::id("a"));
    request.filter = Some(filter::all_of([
        filter::any_of([filter::equals("label", "cat"), filter::one_of("label", ["bird"])]),
        filter::range("size", 1.0..=3.0),
        filter::none_of([filter::range("size", ..2.0)]),
    ]));
    let hits = client.search(request).await.expect("hits").hits;
    assert_eq!(hits.len(), 1);
    assert_eq!(hits[0].id, "c");
    assert_eq!(
        client.count_points(name, Some(filter::equals("label", "cat"))).await.expect("a count"),
        2
    );

    let got = client.get_points(name, ["a", "z"]).await.expect("points");
    assert_eq!((got.points.len(), got.missing_ids), (1, vec!["z".into()]));
    assert_eq!(got.points[0].vector, None);
    let stored = got.points[0].payload.as_ref().expect("a payload");
    assert_eq!((stored.text("label"), stored.integer("size")), (Some("cat"), Some(1)));
    let request = v1::GetPointsRequest {
        collection: name.into(),
        ids: vec!["a".into()],
        with_vector: Some(true),
        with_payload: Some(false),
    };
    let got = client.get_points_with(request).await.expect("points");
    let vector = got.points[0].vector.as_ref().expect("a vector");
    assert_eq!((&vector.values[..], got.points[0].payload.as_ref()), (&[1.0, 0.0][..], None));
    assert_eq!(client.delete_points(name, ["a", "z"]).await.expect("deleted"), 1);
    assert_eq!(client.get_collection(name).await.expect("it").point_count, 2);
    client.delete_collection(name).await.expect("deleted");
}

#[tokio::test]
async fn points_are_listed_and_changed() {
    let client = client().await;
    let name = "rust-payloads";
    let collection = v1::Collection { name: name.into(), dimension: 1, ..Default::default() };
    let created = client.create_collection(collection).await.expect("a collection");
    let parity =
        v1::CollectionField { name: "parity".into(), r#type: v1::FieldType::Keyword.into() };
    let changed = v1::Collection { fields: vec![parity], ..created };
    let updated = client.update_collection(changed, ["fields"]).await.expect("a field more");
    assert_eq!(updated.fields.len(), 1);

    let point = |number: usize| v1::Point {
        id: number.to_string(),
        vector: Some(v1::Vector { values: vec![1.0] }),
        payload: Some(payload([("parity", ["even", "odd"][number % 2].into())])),
    };
    client.upsert_points(name, (0..250).map(point).collect()).await.expect("stored");
    let odd = || filter::equals("parity", "odd");
    let points: Vec<_> = client.list_points(name, Some(odd())).try_collect().await.expect("points");
    let ids: HashSet<_> = points.iter().map(|point| point.id.as_str()).collect();
    assert_eq!((points.len(), ids.len()), (125, 125));

    let seen = payload([("seen", true.into())]);
    assert_eq!(client.merge_payload(name, odd(), seen.clone()).await.expect("merged"), 125);
    assert_eq!(client.replace_payload(name, ["0", "z"], seen).await.expect("replaced"), 1);
    assert_eq!(client.delete_payload_keys(name, ["1"], ["parity"]).await.expect("gone"), 1);
    let got = client.get_points(name, ["0", "1", "3"]).await.expect("points");
    let keys = |point: &v1::Point| {
        let payload = point.payload.as_ref().expect("a payload");
        payload.fields.keys().cloned().collect::<Vec<_>>()
    };
    let keys: Vec<_> = got.points.iter().map(keys).collect();
    assert_eq!(keys, [vec!["seen"], vec!["seen"], vec!["parity", "seen"]]);

    assert_eq!(client.delete_points(name, odd()).await.expect("deleted"), 124);
    assert_eq!(client.count_points(name, None).await.expect("a count"), 126);
    let requests = vec![
        search_request(name, query::vector([1.0])),
        search_request(name, query::vector([1.0, 2.0])),
    ];
    let outcomes = client.batch_search(name, requests).await.expect("outcomes");
    assert_eq!(outcomes[0].as_ref().expect("hits").hits.len(), 10);
    let error = outcomes[1].as_ref().expect_err("two values");
    assert_eq!(error.reason(), Some(ErrorReason::VectorDimension));
    client.delete_collection(name).await.expect("deleted");
}

#[tokio::test]
async fn models_and_health() {
    let client = client().await;
    let models = client.list_models().await.expect("models");
    assert!(models.iter().any(|model| model.name == "nanodet_coco80"));
    let model = client.get_model("efficientnet_lite0").await.expect("the embedder");
    let embedded = client.embed_file(photo("cat.png")).await.expect("an answer");
    let vector = embedded.result.expect("a result").vector.expect("a vector");
    assert_eq!(Some(vector.values.len()), model.dimension.map(|dimension| dimension as usize));
    let error = client.embed("a cat").await.expect_err("no texts");
    assert_eq!(error.reason(), Some(ErrorReason::ModelTakesNoText));

    client.wait_until_ready("ocelli.v1.DetectService", Duration::from_secs(30)).await.expect("it");
    let health = client.health("ocelli.v1.DetectService").await.expect("an answer");
    assert_eq!(health, ServingStatus::Serving);
    let health = client.health("no.such.Service").await.expect("an answer");
    assert_eq!(health, ServingStatus::ServiceUnknown);
}
