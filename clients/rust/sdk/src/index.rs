//! Images and texts of an indexing stream, and their answers.

use std::path::Path;

use prost_types::Struct;

use crate::error::Error;
use crate::image;
use crate::input::Input;
use crate::stream::{Protocol, Received};
use crate::v1::{
    Image, IndexItem, IndexResult, IndexStreamRequest, IndexStreamResponse, Timings, index_answer,
    index_stream_request, index_stream_response,
};

/// One point to embed and store: of an [`Image`], a text or an [`Input`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct IndexEntry<T = Image> {
    /// Id of the point, 1 to 256 bytes.
    pub id: String,
    /// What to embed, or why there is nothing, which becomes the answer to this entry.
    pub input: Result<T, Error>,
    /// What to keep with the vector; see [`payload`](crate::payload).
    pub payload: Option<Struct>,
}

impl<T> IndexEntry<T> {
    /// An entry without a payload.
    pub fn new(id: impl Into<String>, input: T) -> Self {
        Self { id: id.into(), input: Ok(input), payload: None }
    }

    /// Sets [`payload`](Self::payload).
    #[must_use]
    pub fn payload(self, payload: Struct) -> Self {
        Self { payload: Some(payload), ..self }
    }

    pub(crate) fn map<U>(self, change: impl FnOnce(T) -> U) -> IndexEntry<U> {
        IndexEntry { id: self.id, input: self.input.map(change), payload: self.payload }
    }
}

impl IndexEntry {
    /// An image out of a file. One that cannot be read fails in its turn; the stream goes on.
    pub async fn from_file(id: impl Into<String>, path: impl AsRef<Path>) -> Self {
        Self { id: id.into(), input: image::from_file(path).await, payload: None }
    }
}

/// The answer to one entry.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct IndexAnswer {
    /// From the entry.
    pub id: String,
    /// Which model made the stored vector, or why there is none.
    pub outcome: Result<IndexResult, Error>,
    /// Where the time went. Set with a result.
    pub timings: Option<Timings>,
}

pub(crate) struct IndexEntries;

impl Protocol for IndexEntries {
    type Item = IndexEntry<Input>;
    type Tag = String;
    type Body = (Input, Option<Struct>);
    type Request = IndexStreamRequest;
    type Response = IndexStreamResponse;
    type Answer = IndexAnswer;

    fn split(_: u64, entry: Self::Item) -> (String, Result<Self::Body, Error>) {
        (entry.id, entry.input.map(|input| (input, entry.payload)))
    }

    fn request(id: &String, body: Option<Self::Body>) -> IndexStreamRequest {
        let (input, payload) =
            body.map_or((None, None), |(input, payload)| (Some(input.into()), payload));
        let item = IndexItem { id: id.clone(), input, payload };
        IndexStreamRequest { message: Some(index_stream_request::Message::Item(item)) }
    }

    fn fail(id: String, error: Error) -> IndexAnswer {
        IndexAnswer { id, outcome: Err(error), timings: None }
    }

    fn decode(response: IndexStreamResponse) -> Option<Received<IndexAnswer>> {
        Some(match response.message? {
            index_stream_response::Message::Window(window) => Received::Window(window),
            index_stream_response::Message::Answer(answer) => Received::Answer(IndexAnswer {
                id: answer.id,
                outcome: match answer.outcome? {
                    index_answer::Outcome::Result(result) => Ok(result),
                    index_answer::Outcome::Error(status) => Err(status.into()),
                },
                timings: answer.timings,
            }),
        })
    }
}
