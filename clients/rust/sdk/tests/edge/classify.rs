//! Classes of images and frames.

use futures_util::{StreamExt, stream};
use ocelli_client::v1::{self, ErrorReason};
use ocelli_client::{Frame, Outcome, ServingStatus, image};

use crate::colors::{NAMES, plain, stripes};
use crate::{client, photo};

const MODEL: &str = "colors";

fn request(image: v1::Image, options: v1::ClassifyOptions) -> v1::ClassifyRequest {
    let model = MODEL.into();
    v1::ClassifyRequest { image: Some(image), model, options: Some(options), ..Default::default() }
}

fn labels(result: &v1::ClassifyResult) -> Vec<&str> {
    result.classifications.iter().map(|class| class.label.as_str()).collect()
}

#[tokio::test]
async fn the_best_classes_come_first_with_their_scores() {
    let client = client().await;
    let response = client.classify(plain(0)).await.expect("an answer");
    let result = response.result.expect("a result");
    assert_eq!((result.model.as_str(), result.model_version.as_str()), (MODEL, "1"));
    assert_eq!((labels(&result), result.width, result.height), (NAMES.into(), 40, 20));
    let powers = [200.0_f32, 50.0, 50.0].map(|mean| (mean / 25.5).exp());
    for (class, power) in result.classifications.iter().zip(powers) {
        let expected = power / powers.iter().sum::<f32>();
        assert!((class.score - expected).abs() < 1e-4, "{class:?}, expected {expected}");
    }
    assert!(response.timings.expect("timings").inference_us > 0);
    client.classify_file(photo("cat.png")).await.expect("an answer");
}

#[tokio::test]
async fn the_options_say_what_is_reported_and_where_it_is_looked_for() {
    let client = client().await;
    let classified = async |image, options| {
        let response = client.classify_with(request(image, options)).await.expect("an answer");
        response.result.expect("a result")
    };
    let best = v1::ClassifyOptions { top_k: 1, ..Default::default() };
    let sure = v1::ClassifyOptions { score_threshold: Some(0.5), ..Default::default() };
    for options in [best.clone(), sure] {
        assert_eq!(labels(&classified(plain(0), options).await), ["red"]);
    }
    let blue = v1::ClassifyOptions { labels: vec!["blue".into()], ..Default::default() };
    let result = classified(plain(0), blue).await;
    assert_eq!((labels(&result), result.classifications[0].class_id), (vec!["blue"], 2));
    assert!(result.classifications[0].score < 0.01);
    let region = v1::Region { x_min: 40.0, y_min: 0.0, x_max: 80.0, y_max: 20.0 };
    let right = image::within(stripes(&[0, 2], 40, 20), region);
    let result = classified(right, best).await;
    assert_eq!((labels(&result), result.width), (vec!["blue"], 80));
}

#[tokio::test]
async fn every_frame_is_answered_in_its_turn() {
    let frames = vec![
        Frame::new(plain(0)).frame_id(7).capture_time_us(70),
        Frame::new(image::from_bytes(vec![1, 2, 3])).frame_id(8),
        Frame::from_file(photo("no such.png")).await,
        Frame::new(plain(2)).frame_id(9),
    ];
    let config = v1::ClassifyStreamConfig {
        model: MODEL.into(),
        model_version: "1".into(),
        options: Some(v1::ClassifyOptions { top_k: 1, ..Default::default() }),
        stream: Some(v1::StreamOptions { max_in_flight_frames: 2, ..Default::default() }),
    };
    let answers = client().await.classify_stream(config, stream::iter(frames)).await;
    let answers = answers.expect("a window");
    assert_eq!(
        (answers.window().model.as_str(), answers.window().max_in_flight_frames),
        (MODEL, 2)
    );
    let answers: Vec<_> = answers.map(|answer| answer.expect("an answer")).collect().await;
    let ids: Vec<_> = answers.iter().map(|it| (it.frame_id, it.capture_time_us)).collect();
    assert_eq!(ids, [(7, 70), (8, 0), (2, 0), (9, 0)]);
    for (at, label) in [(0, "red"), (3, "blue")] {
        assert_eq!(labels(answers[at].result().expect("a result")), [label]);
    }
    let Outcome::Failed(unknown) = &answers[1].outcome else { panic!("{:?}", answers[1]) };
    assert_eq!(unknown.reason(), Some(ErrorReason::ImageFormatUnknown));
    let Outcome::Failed(missing) = &answers[2].outcome else { panic!("{:?}", answers[2]) };
    assert!(missing.message().contains("no such.png"), "{missing}");
}

#[tokio::test]
async fn bad_requests_name_the_field() {
    let client = client().await;
    let with = |options| request(plain(0), options);
    let wrong_task = v1::ClassifyRequest {
        model: "nanodet_coco80".into(),
        ..with(v1::ClassifyOptions::default())
    };
    let cases = [
        (
            with(v1::ClassifyOptions { top_k: 1001, ..Default::default() }),
            (ErrorReason::InvalidField, "options.top_k"),
        ),
        (
            with(v1::ClassifyOptions { score_threshold: Some(1.5), ..Default::default() }),
            (ErrorReason::InvalidField, "options.score_threshold"),
        ),
        (
            with(v1::ClassifyOptions { labels: vec!["purple".into()], ..Default::default() }),
            (ErrorReason::InvalidField, "options.labels"),
        ),
        (wrong_task, (ErrorReason::ModelWrongTask, "model")),
    ];
    for (request, (reason, field)) in cases {
        let error = client.classify_with(request).await.expect_err(field);
        assert_eq!(error.reason(), Some(reason), "{error}");
        assert_eq!(error.field_violations()[0].field, field);
    }
}

#[tokio::test]
async fn a_classifier_says_what_it_is() {
    let client = client().await;
    let model = client.get_model(MODEL).await.expect("the classifier");
    assert_eq!((model.task(), model.input_kind()), (v1::Task::Classify, v1::InputKind::Pixels));
    assert_eq!(model.labels, NAMES);
    let sizes: Vec<_> = model.batch_latencies.iter().map(|each| each.batch_size).collect();
    assert_eq!(sizes, [1, 2, 4, 8]);
    assert!(model.batch_latencies.iter().all(|each| each.latency_us > 0));
    let health = client.health("ocelli.v1.ClassifyService").await.expect("an answer");
    assert_eq!(health, ServingStatus::Serving);
}
