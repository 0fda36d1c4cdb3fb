//! Streams a folder of images as the frames of a video and prints what is found in each.

use std::path::Path;
use std::process::ExitCode;

use futures_util::{StreamExt, stream};
use ocelli_client::{Client, Frame, Outcome, v1};
use ocelli_examples::images;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, folder] = arguments.as_slice() else {
        eprintln!("usage: stream ADDRESS FOLDER");
        return ExitCode::from(2);
    };
    match run(address, Path::new(folder)).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(address: &str, folder: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::connect(address).await?;
    let frames = stream::iter(images(folder)?).then(Frame::from_file);
    let mut answers = client.detect_stream(v1::DetectStreamConfig::default(), frames).await?;
    let window = answers.window();
    println!("{} looks at {} frames at a time", window.model, window.max_in_flight_frames);
    while let Some(answer) = answers.next().await {
        let answer = answer?;
        print!("frame {:>3}: ", answer.frame_id);
        match answer.outcome {
            Outcome::Result(result) => println!("{}", describe(&result)),
            Outcome::Dropped(dropped) => println!("dropped, {:?}", dropped.reason()),
            Outcome::Failed(error) => println!("{error}"),
        }
    }
    Ok(())
}

fn describe(result: &v1::DetectResult) -> String {
    if result.detections.is_empty() {
        return "nothing".into();
    }
    let objects: Vec<_> = result.detections.iter().map(describe_object).collect();
    objects.join(", ")
}

fn describe_object(found: &v1::Detection) -> String {
    let corners = found.r#box.unwrap_or_default();
    format!(
        "{} {:.2} at ({:.0}, {:.0})-({:.0}, {:.0})",
        found.label, found.score, corners.x_min, corners.y_min, corners.x_max, corners.y_max
    )
}
