//! Frames of streams, and their answers.

use std::path::Path;

use crate::error::Error;
use crate::image;
use crate::input::Input;
use crate::stream::{Protocol, Received};
use crate::v1::{
    ClassifyFrame, ClassifyResult, ClassifyStreamRequest, ClassifyStreamResponse, DetectFrame,
    DetectResult, DetectStreamRequest, DetectStreamResponse, Dropped, EmbedFrame, EmbedResult,
    EmbedStreamRequest, EmbedStreamResponse, Image, Timings, classify_frame_answer,
    classify_stream_request, classify_stream_response, detect_frame_answer, detect_stream_request,
    detect_stream_response, embed_frame_answer, embed_stream_request, embed_stream_response,
};

/// One frame of a stream: of an [`Image`], or on an embedding stream also of a text or an [`Input`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Frame<T = Image> {
    /// Comes back with the answer. `None`: the frame's position in the stream, from 0.
    pub frame_id: Option<u64>,
    /// When it was taken, in microseconds since any epoch of yours; comes back with the answer.
    pub capture_time_us: i64,
    /// What to look at, or why there is nothing, which becomes the answer to this frame.
    pub input: Result<T, Error>,
}

impl<T> Frame<T> {
    /// A frame numbered by its position.
    #[must_use]
    pub fn new(input: T) -> Self {
        Self::of(Ok(input))
    }

    fn of(input: Result<T, Error>) -> Self {
        Self { frame_id: None, capture_time_us: 0, input }
    }

    /// Sets [`frame_id`](Self::frame_id).
    #[must_use]
    pub fn frame_id(self, frame_id: u64) -> Self {
        Self { frame_id: Some(frame_id), ..self }
    }

    /// Sets [`capture_time_us`](Self::capture_time_us).
    #[must_use]
    pub fn capture_time_us(self, capture_time_us: i64) -> Self {
        Self { capture_time_us, ..self }
    }

    pub(crate) fn map<U>(self, change: impl FnOnce(T) -> U) -> Frame<U> {
        let Self { frame_id, capture_time_us, input } = self;
        Frame { frame_id, capture_time_us, input: input.map(change) }
    }
}

impl Frame {
    /// A frame out of a file. One that cannot be read fails in its turn; the stream goes on.
    pub async fn from_file(path: impl AsRef<Path>) -> Self {
        Self::of(image::from_file(path).await)
    }
}

/// The answer to one frame.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FrameAnswer<T> {
    /// From the frame.
    pub frame_id: u64,
    /// From the frame.
    pub capture_time_us: i64,
    /// What became of the frame.
    pub outcome: Outcome<T>,
    /// Where the time went. Set with a result.
    pub timings: Option<Timings>,
}

/// What became of a frame.
#[derive(Clone, Debug)]
pub enum Outcome<T> {
    /// What was found.
    Result(T),
    /// It was not looked at.
    Dropped(Dropped),
    /// It failed, on the server or before it could be sent.
    Failed(Error),
}

impl<T> FrameAnswer<T> {
    /// What was found; `None` if the frame was dropped or failed.
    pub fn result(&self) -> Option<&T> {
        match &self.outcome {
            Outcome::Result(result) => Some(result),
            Outcome::Dropped(_) | Outcome::Failed(_) => None,
        }
    }
}

/// What tells one frame from another: its number and its time.
pub(crate) type Tag = (u64, i64);

/// Ties the messages of one kind of stream to [`Protocol`]; the kinds differ in names and in what a
/// frame may be of.
macro_rules! frame_protocol {
    ($name:ident, $input:ty => $field:ident, $result:ty, $request:ident, $frame:ident,
     $response:ident, $request_message:ident, $response_message:ident, $answer:ident) => {
        pub(crate) struct $name;

        impl Protocol for $name {
            type Item = Frame<$input>;
            type Tag = Tag;
            type Body = $input;
            type Request = $request;
            type Response = $response;
            type Answer = FrameAnswer<$result>;

            fn split(position: u64, frame: Self::Item) -> (Tag, Result<$input, Error>) {
                ((frame.frame_id.unwrap_or(position), frame.capture_time_us), frame.input)
            }

            fn request(&(frame_id, capture_time_us): &Tag, input: Option<$input>) -> $request {
                let frame = $frame { frame_id, capture_time_us, $field: input.map(Into::into) };
                $request { message: Some($request_message::Message::Frame(frame)) }
            }

            fn fail((frame_id, capture_time_us): Tag, error: Error) -> Self::Answer {
                let outcome = Outcome::Failed(error);
                FrameAnswer { frame_id, capture_time_us, outcome, timings: None }
            }

            fn decode(response: $response) -> Option<Received<Self::Answer>> {
                Some(match response.message? {
                    $response_message::Message::Window(window) => Received::Window(window),
                    $response_message::Message::Answer(answer) => Received::Answer(FrameAnswer {
                        frame_id: answer.frame_id,
                        capture_time_us: answer.capture_time_us,
                        outcome: match answer.outcome? {
                            $answer::Outcome::Result(result) => Outcome::Result(result),
                            $answer::Outcome::Dropped(dropped) => Outcome::Dropped(dropped),
                            $answer::Outcome::Error(status) => Outcome::Failed(status.into()),
                        },
                        timings: answer.timings,
                    }),
                })
            }
        }
    };
}

frame_protocol!(
    DetectFrames,
    Image => image,
    DetectResult,
    DetectStreamRequest,
    DetectFrame,
    DetectStreamResponse,
    detect_stream_request,
    detect_stream_response,
    detect_frame_answer
);
frame_protocol!(
    ClassifyFrames,
    Image => image,
    ClassifyResult,
    ClassifyStreamRequest,
    ClassifyFrame,
    ClassifyStreamResponse,
    classify_stream_request,
    classify_stream_response,
    classify_frame_answer
);
frame_protocol!(
    EmbedFrames,
    Input => input,
    EmbedResult,
    EmbedStreamRequest,
    EmbedFrame,
    EmbedStreamResponse,
    embed_stream_request,
    embed_stream_response,
    embed_frame_answer
);
