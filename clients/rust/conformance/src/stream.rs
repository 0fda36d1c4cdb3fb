//! Cases of streams.

use std::fmt::Debug;
use std::iter;
use std::pin::Pin;
use std::time::Duration;

use futures_util::{Stream, StreamExt, stream};
use ocelli_client::{Answers, Client, Error, Frame, IndexEntry, v1};
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
            collect(client.detect_stream(config, frames).await, "StreamWindow", most).await?
        }
        "EmbedService/EmbedStream" => {
            let config = from_json("EmbedStreamConfig", config)?;
            let frames = paced(embed_frames(&case["frames"], repeat)?, pause);
            collect(client.embed_stream(config, frames).await, "StreamWindow", most).await?
        }
        "SearchService/IndexStream" => {
            let config: v1::IndexStreamConfig = from_json("IndexStreamConfig", config)?;
            let entries = paced(entries(&case["frames"], repeat)?, pause);
            let answers = client.index_stream(config.collection, entries).await;
            collect(answers, "IndexWindow", most).await?
        }
        other => return Err(format!("there is no stream {other}")),
    };
    observed.sent = ids_of(&case["frames"], repeat);
    Ok(observed)
}

async fn collect<W, A>(
    opened: Result<Answers<W, A>, Error>,
    window_name: &str,
    most: usize,
) -> Result<Observed, String>
where
    W: prost::Message + Unpin,
    A: ToJson + Debug,
{
    let mut answers = match opened {
        Ok(answers) => answers,
        Err(error) => return Ok(Observed::of_error(&error)),
    };
    let window = Some(to_json(window_name, answers.window())?);
    let mut observed = Observed { window, ..Observed::default() };
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
    Ok(observed)
}

/// The items, with a pause before each but the first.
fn paced<T: Clone + Send + 'static>(
    items: Vec<T>,
    pause: Option<Duration>,
) -> Pin<Box<dyn Stream<Item = T> + Send>> {
    let items = stream::iter(items.into_iter().enumerate());
    Box::pin(items.then(move |(index, item)| async move {
        if let Some(pause) = pause.filter(|_| index > 0) {
            tokio::time::sleep(pause).await;
        }
        item
    }))
}

/// The frames of a case for a detection stream.
pub(crate) fn detect_frames(frames: &Value, repeat: usize) -> Result<Vec<Frame>, String> {
    let read = |json| from_json::<v1::DetectFrame>("DetectFrame", json);
    let frames = list(frames).iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let frame = |it: v1::DetectFrame| frame(it.frame_id, it.capture_time_us, it.image);
    Ok(numbered(frames.into_iter().map(frame).collect(), repeat))
}

fn embed_frames(frames: &Value, repeat: usize) -> Result<Vec<Frame>, String> {
    let read = |json| from_json::<v1::EmbedFrame>("EmbedFrame", json);
    let frames = list(frames).iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let frame = |it: v1::EmbedFrame| frame(it.frame_id, it.capture_time_us, it.image);
    Ok(numbered(frames.into_iter().map(frame).collect(), repeat))
}

fn entries(items: &Value, repeat: usize) -> Result<Vec<IndexEntry>, String> {
    let read = |json| from_json::<v1::IndexItem>("IndexItem", json);
    let items = list(items).iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let entry = |item: v1::IndexItem| IndexEntry {
        id: item.id,
        image: Ok(item.image.unwrap_or_default()),
        payload: item.payload,
    };
    let entries: Vec<_> = items.into_iter().map(entry).collect();
    Ok(iter::repeat_n(entries, repeat).flatten().collect())
}

fn frame(frame_id: u64, capture_time_us: i64, image: Option<v1::Image>) -> Frame {
    Frame { frame_id: Some(frame_id), capture_time_us, image: Ok(image.unwrap_or_default()) }
}

/// A list that is repeated is numbered by position, which is what the client does by itself.
fn numbered(frames: Vec<Frame>, repeat: usize) -> Vec<Frame> {
    if repeat == 1 {
        return frames;
    }
    let own = |frame: Frame| Frame { frame_id: None, ..frame };
    let frames: Vec<_> = frames.into_iter().map(own).collect();
    iter::repeat_n(frames, repeat).flatten().collect()
}
