//! Text in images: the model knows patches of a colour by their names.

use ocelli_client::v1::{self, ErrorReason};
use ocelli_client::{ServingStatus, image};

use crate::colors::{patches, plain};
use crate::{client, photo};

const MODEL: &str = "toy_lines";

fn request(image: v1::Image, options: v1::ReadOptions) -> v1::ReadRequest {
    let model = MODEL.into();
    v1::ReadRequest { image: Some(image), model, options: Some(options), ..Default::default() }
}

fn texts(result: &v1::ReadResult) -> Vec<&str> {
    result.lines.iter().map(|line| line.text.as_str()).collect()
}

#[tokio::test]
async fn lines_come_from_top_to_bottom_with_their_scores_and_corners() {
    let client = client().await;
    let response = client.read(patches()).await.expect("an answer");
    let result = response.result.expect("a result");
    assert_eq!((result.model.as_str(), result.model_version.as_str()), (MODEL, "1"));
    assert_eq!((texts(&result), result.unread_lines), (vec!["red", "blue"], 0));
    assert_eq!((result.width, result.height), (160, 96));
    for (line, score) in result.lines.iter().zip([0.9, 0.7]) {
        assert!((line.score - score).abs() < 1e-4, "{line:?}");
    }
    // The patch, grown on each side by 0.8 of its area over half its perimeter.
    let expected: [(f32, f32); 4] = [(1.0, 1.0), (127.0, 1.0), (127.0, 55.0), (1.0, 55.0)];
    assert_eq!(result.lines[0].corners.len(), expected.len());
    for (corner, (x, y)) in result.lines[0].corners.iter().zip(expected) {
        assert!((corner.x - x).hypot(corner.y - y) < 3.0, "{corner:?}");
    }
    assert!(response.timings.expect("timings").inference_us > 0);
    client.read_file(photo("cat.png")).await.expect("an answer");
}

#[tokio::test]
async fn the_options_say_what_is_read_and_where() {
    let client = client().await;
    let read = async |image, options| {
        let response = client.read_with(request(image, options)).await.expect("an answer");
        response.result.expect("a result")
    };
    let sure = v1::ReadOptions { score_threshold: Some(0.8), ..Default::default() };
    assert_eq!(texts(&read(patches(), sure).await), ["red"]);
    let one = v1::ReadOptions { max_lines: 1, ..Default::default() };
    let most = read(patches(), one).await;
    assert_eq!((texts(&most), most.unread_lines), (vec!["blue"], 1));
    let region = v1::Region { x_min: 0.0, y_min: 50.0, x_max: 160.0, y_max: 96.0 };
    let below = read(image::within(patches(), region), v1::ReadOptions::default()).await;
    assert_eq!((texts(&below), below.height), (vec!["blue"], 96));
    assert!(below.lines[0].corners[0].y > 40.0, "{below:?}");
}

#[tokio::test]
async fn bad_requests_to_read_name_the_field() {
    let client = client().await;
    let with = |options| request(plain(0), options);
    let wrong_task = v1::ReadRequest { model: "colors".into(), ..with(v1::ReadOptions::default()) };
    let cases = [
        (
            with(v1::ReadOptions { max_lines: 1001, ..Default::default() }),
            (ErrorReason::InvalidField, "options.max_lines"),
        ),
        (
            with(v1::ReadOptions { score_threshold: Some(1.5), ..Default::default() }),
            (ErrorReason::InvalidField, "options.score_threshold"),
        ),
        (wrong_task, (ErrorReason::ModelWrongTask, "model")),
    ];
    for (request, (reason, field)) in cases {
        let error = client.read_with(request).await.expect_err(field);
        assert_eq!(error.reason(), Some(reason), "{error}");
        assert_eq!(error.field_violations()[0].field, field);
    }
}

#[tokio::test]
async fn a_model_that_reads_says_what_it_is() {
    let client = client().await;
    let model = client.get_model(MODEL).await.expect("the model");
    assert_eq!((model.task(), model.input_kind()), (v1::Task::Read, v1::InputKind::Pixels));
    let health = client.health("ocelli.v1.ReadService").await.expect("an answer");
    assert_eq!(health, ServingStatus::Serving);
}
