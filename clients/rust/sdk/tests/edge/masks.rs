//! Masks of objects.

use futures_util::{StreamExt, stream};
use ocelli_client::v1::{self, MaskFormat, mask::Shape};
use ocelli_client::{Frame, image};

use crate::colors::stripes;
use crate::{cat, client};

const MODEL: &str = "halves";

fn options(format: MaskFormat) -> v1::DetectOptions {
    v1::DetectOptions { mask_format: format.into(), ..Default::default() }
}

async fn found(image: v1::Image, model: &str, format: MaskFormat) -> Vec<v1::Detection> {
    let request = v1::DetectRequest {
        image: Some(image),
        model: model.into(),
        options: Some(options(format)),
        ..Default::default()
    };
    let response = client().await.detect_with(request).await.expect("an answer");
    response.result.expect("a result").detections
}

#[tokio::test]
async fn pixels_of_objects_are_told_only_where_they_are_asked_for() {
    let detections = found(stripes(&[0], 128, 64), MODEL, MaskFormat::Unspecified).await;
    assert_eq!((detections.len(), detections[0].mask.as_ref()), (1, None));
    let cats = found(image::from_bytes(cat().await), "nanodet_coco80", MaskFormat::Runs).await;
    assert!(!cats.is_empty() && cats.iter().all(|cat| cat.mask.is_none()));
}

#[tokio::test]
async fn runs_fill_the_part_of_the_image_that_they_name() {
    let mut detections = found(stripes(&[0], 128, 64), MODEL, MaskFormat::Runs).await;
    let mask = detections.remove(0).mask.expect("a mask");
    let Some(Shape::Runs(runs)) = mask.shape else { panic!("{mask:?}") };
    assert_eq!((runs.x_min, runs.y_min, runs.width, runs.height), (32, 16, 64, 32));
    // The left half of the image, of which the box begins at a quarter.
    let expected: Vec<_> =
        (0..32).flat_map(|_| [true; 32].into_iter().chain([false; 32])).collect();
    let inside = runs.lengths.iter().zip([false, true].into_iter().cycle());
    let inside: Vec<_> =
        inside.flat_map(|(&length, is_inside)| vec![is_inside; length as usize]).collect();
    assert_eq!(inside, expected);
}

#[tokio::test]
async fn outlines_lie_in_the_callers_pixels() {
    let config = v1::DetectStreamConfig {
        model: MODEL.into(),
        options: Some(options(MaskFormat::Polygons)),
        ..Default::default()
    };
    let frames = stream::iter([Frame::new(stripes(&[0], 128, 64))]);
    let mut answers = client().await.detect_stream(config, frames).await.expect("a window");
    let answer = answers.next().await.expect("an answer").expect("an answer");
    let mask = answer.result().expect("a result").detections[0].mask.clone().expect("a mask");
    let Some(Shape::Polygons(outlines)) = mask.shape else { panic!("{mask:?}") };
    assert_eq!(outlines.polygons.len(), 1);
    let coordinates = &outlines.polygons[0].coordinates;
    for (axis, [first, last]) in [[32.0, 64.0], [16.0, 48.0]].into_iter().enumerate() {
        let along = || coordinates.iter().copied().skip(axis).step_by(2);
        let (least, most) = (along().fold(f32::MAX, f32::min), along().fold(0.0, f32::max));
        assert!((least - first).abs() <= 1.0 && (most - last).abs() <= 1.0, "{coordinates:?}");
    }
}
