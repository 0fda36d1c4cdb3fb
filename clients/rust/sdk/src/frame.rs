//! Frames of detection and embedding streams, and their answers.

use std::path::Path;

use crate::error::Error;
use crate::image;
use crate::stream::{Pace, Protocol, Received};
use crate::v1::{
    DetectFrame, DetectResult, DetectStreamRequest, DetectStreamResponse, DropPolicy, Dropped,
    EmbedFrame, EmbedResult, EmbedStreamRequest, EmbedStreamResponse, Image, StreamWindow,
    Timings, detect_frame_answer, detect_stream_request, detect_stream_response,
    embed_frame_answer, embed_stream_request, embed_stream_response,
};

/// Under `DROP_POLICY_LATEST` the server must see frames beyond its window in order to drop the
/// older ones, so only this many unanswered ones stop the sender.
const MAX_UNANSWERED_LATEST: usize = 1024;

/// One frame of a stream.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Comes back with the answer. `None`: the frame's position in the stream, from 0.
    pub frame_id: Option<u64>,
    /// When it was taken, in microseconds since any epoch of yours; comes back with the answer.
    pub capture_time_us: i64,
    /// The image, or why there is none, which becomes the answer to this frame.
    pub image: Result<Image, Error>,
}

impl Frame {
    /// A frame numbered by its position.
    #[must_use]
    pub fn new(image: Image) -> Self {
        Self { frame_id: None, capture_time_us: 0, image: Ok(image) }
    }

    /// A frame out of a file. One that cannot be read fails in its turn; the stream goes on.
    pub async fn from_file(path: impl AsRef<Path>) -> Self {
        let image = image::from_file(path).await;
        Self { frame_id: None, capture_time_us: 0, image }
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

fn split(position: u64, frame: Frame) -> (Tag, Result<Image, Error>) {
    ((frame.frame_id.unwrap_or(position), frame.capture_time_us), frame.image)
}

fn fail<T>((frame_id, capture_time_us): Tag, error: Error) -> FrameAnswer<T> {
    FrameAnswer { frame_id, capture_time_us, outcome: Outcome::Failed(error), timings: None }
}

fn pace(window: &StreamWindow) -> Pace {
    let max_unanswered = match window.drop_policy() {
        DropPolicy::Latest => MAX_UNANSWERED_LATEST,
        DropPolicy::Unspecified | DropPolicy::All => window.max_in_flight_frames.max(1) as usize,
    };
    Pace { max_unanswered, max_message_bytes: window.max_message_bytes }
}

/// Ties the messages of one kind of stream to [`Protocol`]; the two kinds differ in names alone.
macro_rules! frame_protocol {
    ($name:ident, $result:ty, $request:ident, $frame:ident, $response:ident,
     $request_message:ident, $response_message:ident, $answer:ident) => {
        pub(crate) struct $name;

        impl Protocol for $name {
            type Item = Frame;
            type Tag = Tag;
            type Body = Image;
            type Request = $request;
            type Response = $response;
            type Window = StreamWindow;
            type Answer = FrameAnswer<$result>;

            fn split(position: u64, frame: Frame) -> (Tag, Result<Image, Error>) {
                split(position, frame)
            }

            fn request(&(frame_id, capture_time_us): &Tag, image: Option<Image>) -> $request {
                let frame = $frame { frame_id, capture_time_us, image };
                $request { message: Some($request_message::Message::Frame(frame)) }
            }

            fn fail(tag: Tag, error: Error) -> Self::Answer {
                fail(tag, error)
            }

            fn pace(window: &StreamWindow) -> Pace {
                pace(window)
            }

            fn read(response: $response) -> Option<Received<StreamWindow, Self::Answer>> {
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
    DetectResult,
    DetectStreamRequest,
    DetectFrame,
    DetectStreamResponse,
    detect_stream_request,
    detect_stream_response,
    detect_frame_answer
);
frame_protocol!(
    EmbedFrames,
    EmbedResult,
    EmbedStreamRequest,
    EmbedFrame,
    EmbedStreamResponse,
    embed_stream_request,
    embed_stream_response,
    embed_frame_answer
);
