//! Versions of models, named in requests.

use futures_util::stream;
use ocelli_client::v1::{self, ErrorReason};
use ocelli_client::{Code, Error, Frame};

use crate::client;
use crate::colors::plain;

fn is_refused(error: &Error, model: &str) {
    assert_eq!(
        (error.code(), error.reason()),
        (Code::NotFound, Some(ErrorReason::ModelVersionNotFound))
    );
    assert_eq!(error.resource(), Some(format!("{model}/7").as_str()));
    assert!(!error.hint().is_empty() && !error.is_retryable());
}

#[tokio::test]
async fn a_model_lists_those_that_serve() {
    let model = client().await.get_model("colors").await.expect("the classifier");
    let versions: Vec<_> = model.versions.iter().map(|each| each.version.as_str()).collect();
    assert_eq!((versions, model.canary), (vec!["1"], None));
}

#[tokio::test]
async fn one_that_does_not_serve_is_refused_by_every_kind_of_call() {
    let client = client().await;
    let (image, model_version) = (Some(plain(0)), String::from("7"));
    let (version, model) = (|| model_version.clone(), |name: &str| String::from(name));

    let request = v1::DetectRequest {
        image: image.clone(),
        model: model("halves"),
        model_version: version(),
        ..Default::default()
    };
    is_refused(&client.detect_with(request).await.expect_err("version 7"), "halves");
    let request = v1::ReadRequest {
        image: image.clone(),
        model: model("toy_lines"),
        model_version: version(),
        ..Default::default()
    };
    is_refused(&client.read_with(request).await.expect_err("version 7"), "toy_lines");
    let request = v1::ClassifyRequest {
        image,
        model: model("colors"),
        model_version: version(),
        ..Default::default()
    };
    is_refused(&client.classify_with(request).await.expect_err("version 7"), "colors");
    let request = v1::EmbedRequest {
        input: Some(v1::embed_request::Input::Text("red".into())),
        model: model("toy_texts"),
        model_version: version(),
        ..Default::default()
    };
    is_refused(&client.embed_with(request).await.expect_err("version 7"), "toy_texts");

    let frames = stream::pending::<Frame>;
    let config = v1::DetectStreamConfig {
        model: model("halves"),
        model_version: version(),
        ..Default::default()
    };
    is_refused(&client.detect_stream(config, frames()).await.expect_err("version 7"), "halves");
    let config = v1::ClassifyStreamConfig {
        model: model("colors"),
        model_version: version(),
        ..Default::default()
    };
    is_refused(&client.classify_stream(config, frames()).await.expect_err("version 7"), "colors");
    let config = v1::EmbedStreamConfig {
        model: model("toy_texts"),
        model_version: version(),
        ..Default::default()
    };
    is_refused(&client.embed_stream(config, frames()).await.expect_err("version 7"), "toy_texts");
}
