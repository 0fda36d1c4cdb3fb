//! Cases of streams.

use std::iter;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{Stream, StreamExt, stream};
use ocelli_client::{Answers, Client, Error, Frame, IndexEntry, Input, v1};
use prost::Message;
use serde_json::Value;

use crate::contract::{from_json, to_json};
use crate::expectation::ids_of;
use crate::json::{list, text};
use crate::observed::{Observed, ToJson};

/// Opens the stream of `rpc`, sends the frames of the case and takes the answers.
pub(crate) async fn run(client: &Client, case: &Value) -> Result<Observed, String> {
    let config = &case["config"];
    let count = |key: &str, absent| case[key].as_u64().map_or(Ok(absent), usize::try_from);
    let repeat = count("repeat", 1).map_err(|error| error.to_string())?;
    let most = count("cancel_after", usize::MAX).map_err(|error| error.to_string())?;
    let pause = case["pause_ms"].as_u64().map(Duration::from_millis);
    let mut observed = match text(&case["rpc"]) {
        "DetectService/DetectStream" => {
            let config = from_json("DetectStreamConfig", config)?;
            let frames = paced(detect_frames(&case["frames"], repeat)?, pause);
            collect(client.detect_stream(config, frames).await, most).await?
        }
        "ClassifyService/ClassifyStream" => {
            let config = from_json("ClassifyStreamConfig", config)?;
            let frames = paced(classify_frames(&case["frames"], repeat)?, pause);
            collect(client.classify_stream(config, frames).await, most).await?
        }
        "EmbedService/EmbedStream" => {
            let config = from_json("EmbedStreamConfig", config)?;
            let frames = paced(embed_frames(&case["frames"], repeat)?, pause);
            collect(client.embed_stream(config, frames).await, most).await?
        }
        "PointService/IndexStream" => {
            let config: v1::IndexStreamConfig = from_json("IndexStreamConfig", config)?;
            let entries = paced(entries(&case["frames"], repeat)?, pause);
            collect(client.index_stream(config.collection, entries).await, most).await?
        }
        other => return Err(format!("there is no stream {other}")),
    };
    observed.sent = ids_of(&case["frames"], repeat);
    Ok(observed)
}

async fn collect<A: ToJson>(
    opened: Result<Answers<A>, Error>,
    most: usize,
) -> Result<Observed, String> {
    let answers = match opened {
        Ok(answers) => answers,
        Err(error) => return Ok(Observed::of_error(&error)),
    };
    let windows = Arc::new(Mutex::new(vec![answers.window().clone()]));
    let reported = Arc::clone(&windows);
    let mut answers = answers.on_window(move |window| {
        reported.lock().expect("windows").push(window.clone());
    });
    let mut observed = Observed::default();
    while observed.answers.len() < most {
        match answers.next().await {
            Some(Ok(answer)) => observed.answers.push(answer.to_json()?),
            Some(Err(error)) => {
                observed.error = Observed::of_error(&error).error;
                break;
            }
            None => break,
        }
    }
    let windows = windows.lock().expect("windows");
    let windows = windows.iter().map(|window| to_json("StreamWindow", window));
    observed.windows = windows.collect::<Result<_, _>>()?;
    Ok(observed)
}

/// The items, with a pause before each but the first.
fn paced<T: Send + 'static>(
    items: Vec<T>,
    pause: Option<Duration>,
) -> impl Stream<Item = T> + Send + use<T> {
    stream::iter(items.into_iter().enumerate()).then(move |(index, item)| async move {
        if let Some(pause) = pause.filter(|_| index > 0) {
            tokio::time::sleep(pause).await;
        }
        item
    })
}

/// The frames of a case for a detection stream.
pub(crate) fn detect_frames(frames: &Value, repeat: usize) -> Result<Vec<Frame>, String> {
    let frame = |it: v1::DetectFrame| {
        let frame = Frame::new(it.image.unwrap_or_default()).capture_time_us(it.capture_time_us);
        numbered(frame, it.frame_id, repeat)
    };
    Ok(repeated(messages("DetectFrame", frames)?.into_iter().map(frame).collect(), repeat))
}

fn classify_frames(frames: &Value, repeat: usize) -> Result<Vec<Frame>, String> {
    let frame = |it: v1::ClassifyFrame| {
        let frame = Frame::new(it.image.unwrap_or_default()).capture_time_us(it.capture_time_us);
        numbered(frame, it.frame_id, repeat)
    };
    Ok(repeated(messages("ClassifyFrame", frames)?.into_iter().map(frame).collect(), repeat))
}

fn embed_frames(frames: &Value, repeat: usize) -> Result<Vec<Frame<Input>>, String> {
    let frame = |it: v1::EmbedFrame| {
        let input = match it.input {
            Some(v1::embed_frame::Input::Text(text)) => text.into(),
            Some(v1::embed_frame::Input::Image(image)) => image.into(),
            None => v1::Image::default().into(),
        };
        let frame = Frame::new(input).capture_time_us(it.capture_time_us);
        numbered(frame, it.frame_id, repeat)
    };
    Ok(repeated(messages("EmbedFrame", frames)?.into_iter().map(frame).collect(), repeat))
}

fn entries(items: &Value, repeat: usize) -> Result<Vec<IndexEntry<Input>>, String> {
    let entry = |item: v1::IndexItem| {
        let input = match item.input {
            Some(v1::index_item::Input::Text(text)) => text.into(),
            Some(v1::index_item::Input::Image(image)) => image.into(),
            None => v1::Image::default().into(),
        };
        let entry = IndexEntry::new(item.id, input);
        match item.payload {
            Some(payload) => entry.payload(payload),
            None => entry,
        }
    };
    Ok(repeated(messages("IndexItem", items)?.into_iter().map(entry).collect(), repeat))
}

fn messages<M: Message + Default>(name: &str, values: &Value) -> Result<Vec<M>, String> {
    list(values).iter().map(|value| from_json(name, value)).collect()
}

/// A frame of a list that is repeated is numbered by position, which the client does by itself.
fn numbered<T>(frame: Frame<T>, frame_id: u64, repeat: usize) -> Frame<T> {
    if repeat == 1 { frame.frame_id(frame_id) } else { frame }
}

fn repeated<T: Clone>(items: Vec<T>, repeat: usize) -> Vec<T> {
    iter::repeat_n(items, repeat).flatten().collect()
}
