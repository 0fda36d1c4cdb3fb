//! Images of an indexing stream, and their answers.

use std::path::Path;

use prost_types::Struct;

use crate::error::Error;
use crate::image;
use crate::stream::{Pace, Protocol, Received};
use crate::v1::{
    IndexItem, IndexStreamRequest, IndexStreamResponse, IndexWindow, Image, Timings,
    index_stream_request, index_stream_response,
};

/// One image to embed and store.
#[derive(Clone, Debug)]
pub struct IndexEntry {
    /// Id of the point, 1 to 256 bytes.
    pub id: String,
    /// The image, or why there is none, which becomes the answer to this entry.
    pub image: Result<Image, Error>,
    /// What to keep with the vector; see [`payload`](crate::payload).
    pub payload: Option<Struct>,
}

impl IndexEntry {
    /// An image to store without a payload.
    pub fn new(id: impl Into<String>, image: Image) -> Self {
        Self { id: id.into(), image: Ok(image), payload: None }
    }

    /// An image out of a file. One that cannot be read fails in its turn; the stream goes on.
    pub async fn from_file(id: impl Into<String>, path: impl AsRef<Path>) -> Self {
        Self { id: id.into(), image: image::from_file(path).await, payload: None }
    }
}

/// The answer to one image.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct IndexAnswer {
    /// From the entry.
    pub id: String,
    /// Whether the point is stored.
    pub outcome: Result<(), Error>,
    /// Where the time went.
    pub timings: Option<Timings>,
}

pub(crate) struct IndexEntries;

impl Protocol for IndexEntries {
    type Item = IndexEntry;
    type Tag = String;
    type Body = (Image, Option<Struct>);
    type Request = IndexStreamRequest;
    type Response = IndexStreamResponse;
    type Window = IndexWindow;
    type Answer = IndexAnswer;

    fn split(_: u64, entry: IndexEntry) -> (String, Result<Self::Body, Error>) {
        (entry.id, entry.image.map(|image| (image, entry.payload)))
    }

    fn request(id: &String, body: Option<Self::Body>) -> IndexStreamRequest {
        let (image, payload) =
            body.map_or((None, None), |(image, payload)| (Some(image), payload));
        let item = IndexItem { id: id.clone(), image, payload };
        IndexStreamRequest { message: Some(index_stream_request::Message::Item(item)) }
    }

    fn fail(id: String, error: Error) -> IndexAnswer {
        IndexAnswer { id, outcome: Err(error), timings: None }
    }

    fn pace(window: &IndexWindow) -> Pace {
        Pace {
            max_unanswered: window.max_in_flight_images.max(1) as usize,
            max_message_bytes: window.max_message_bytes,
        }
    }

    fn read(response: IndexStreamResponse) -> Option<Received<IndexWindow, IndexAnswer>> {
        Some(match response.message? {
            index_stream_response::Message::Window(window) => Received::Window(window),
            index_stream_response::Message::Answer(answer) => Received::Answer(IndexAnswer {
                id: answer.id,
                outcome: answer.error.map_or(Ok(()), |status| Err(status.into())),
                timings: answer.timings,
            }),
        })
    }
}
