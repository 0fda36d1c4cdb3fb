use std::sync::Mutex;
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::timeout;

use super::*;
use crate::frame::{DetectFrames, Frame, FrameAnswer, Outcome};
use crate::image;
use crate::v1::{
    self, DetectFrameAnswer, DetectResult, DetectStreamRequest, DetectStreamResponse, ErrorReason,
    detect_frame_answer, detect_stream_request, detect_stream_response,
};

/// The server's side of a stream.
struct Server {
    requests: BoxStream<'static, DetectStreamRequest>,
    responses: UnboundedSender<Result<DetectStreamResponse, Status>>,
}

impl Server {
    /// Id of the next frame; `None` if the client does not send one now.
    async fn next(&mut self) -> Option<u64> {
        let request = timeout(Duration::from_millis(50), self.requests.next()).await.ok()??;
        match request.message {
            Some(detect_stream_request::Message::Frame(frame)) => Some(frame.frame_id),
            other => panic!("no frame: {other:?}"),
        }
    }

    async fn frames(&mut self) -> Vec<u64> {
        let mut ids = Vec::new();
        while let Some(id) = self.next().await {
            ids.push(id);
        }
        ids
    }

    fn send(&self, message: detect_stream_response::Message) {
        let response = DetectStreamResponse { message: Some(message) };
        self.responses.send(Ok(response)).expect("a client that listens");
    }

    fn window(&self, max_unanswered_frames: u32) {
        let window = window(max_unanswered_frames);
        self.send(detect_stream_response::Message::Window(window));
    }

    fn answer(&self, frame_id: u64) {
        let outcome = Some(detect_frame_answer::Outcome::Result(DetectResult::default()));
        let answer = DetectFrameAnswer { frame_id, outcome, ..Default::default() };
        self.send(detect_stream_response::Message::Answer(answer));
    }
}

fn window(max_unanswered_frames: u32) -> StreamWindow {
    let max_message_bytes = 1000;
    StreamWindow { max_unanswered_frames, max_message_bytes, ..Default::default() }
}

fn frames(count: usize) -> impl Stream<Item = Frame> + Send + 'static {
    stream::iter(0..count).map(|_| Frame::new(image::from_bytes(vec![1])))
}

/// A stream of these frames whose first window is of this size.
async fn opened(
    max_unanswered_frames: u32,
    frames: impl Stream<Item = Frame> + Send + 'static,
) -> (Answers<FrameAnswer<DetectResult>>, Server) {
    let (responses, received) = unbounded_channel();
    let mut requests = None;
    let server = &mut requests;
    let opened = open::<DetectFrames, _, _>(
        DetectStreamRequest { message: None },
        frames,
        800,
        move |outgoing| {
            let sender = responses;
            let taken = Server { requests: outgoing, responses: sender };
            taken.window(max_unanswered_frames);
            *server = Some(taken);
            ready(Ok(Response::new(messages(received))))
        },
    );
    let answers = opened.await.expect("a window");
    let mut server = requests.expect("a call");
    let config = server.requests.next().await.expect("a configuration");
    assert_eq!(config.message, None);
    (answers, server)
}

fn messages<T: Send + 'static>(receiver: UnboundedReceiver<T>) -> BoxStream<'static, T> {
    stream::unfold(receiver, |mut receiver| async move { Some((receiver.recv().await?, receiver)) })
        .boxed()
}

async fn next_id(answers: &mut Answers<FrameAnswer<DetectResult>>) -> u64 {
    answers.next().await.expect("an answer").expect("an answer").frame_id
}

#[tokio::test]
async fn as_many_frames_are_unanswered_as_the_window_says() {
    let (mut answers, mut server) = opened(3, frames(9)).await;
    assert_eq!(server.frames().await, [0, 1, 2]);
    server.answer(0);
    assert_eq!(next_id(&mut answers).await, 0);
    assert_eq!(server.frames().await, [3]);
}

#[tokio::test]
async fn later_windows_hold_from_then_on_and_are_reported() {
    let (answers, mut server) = opened(2, frames(20)).await;
    let reported = Arc::new(Mutex::new(Vec::new()));
    let report = Arc::clone(&reported);
    let mut answers = answers.on_window(move |window| {
        report.lock().expect("a list").push(window.max_unanswered_frames);
    });
    assert_eq!(answers.window().max_unanswered_frames, 2);
    assert_eq!(server.frames().await, [0, 1]);

    server.window(5);
    server.answer(0);
    assert_eq!(next_id(&mut answers).await, 0);
    assert_eq!(answers.window().max_unanswered_frames, 5);
    assert_eq!(server.frames().await, [2, 3, 4, 5]);

    server.window(2);
    server.window(1);
    for id in 1..5 {
        server.answer(id);
        assert_eq!(next_id(&mut answers).await, id);
        assert_eq!(server.next().await, None, "{} are unanswered", 5 - id);
    }
    server.answer(5);
    assert_eq!(next_id(&mut answers).await, 5);
    assert_eq!(server.frames().await, [6]);
    assert_eq!(*reported.lock().expect("a list"), [5, 2, 1]);
}

#[tokio::test]
async fn a_window_alone_lets_more_frames_out() {
    let (mut answers, mut server) = opened(1, frames(3)).await;
    assert_eq!(server.frames().await, [0]);
    let taking = tokio::spawn(async move { next_id(&mut answers).await });
    server.window(3);
    assert_eq!(server.frames().await, [1, 2]);
    server.answer(0);
    assert_eq!(taking.await.expect("an answer"), 0);
}

#[tokio::test]
async fn a_frame_that_was_awaited_while_the_window_shrank_waits() {
    let (late, arriving) = unbounded_channel();
    let (mut answers, mut server) = opened(2, frames(1).chain(messages(arriving))).await;
    assert_eq!(server.frames().await, [0]);
    server.window(1);
    let taking = tokio::spawn(async move { next_id(&mut answers).await });
    tokio::task::yield_now().await;
    late.send(Frame::new(image::from_bytes(vec![1]))).expect("a sender that draws");
    assert_eq!(server.next().await, None);
    server.answer(0);
    assert_eq!(taking.await.expect("an answer"), 0);
}

#[tokio::test]
async fn what_cannot_be_sent_fails_in_its_turn() {
    let sized = |bytes: usize| Frame::new(image::from_bytes(vec![0; bytes]));
    let sent = stream::iter([sized(10), sized(900), sized(2000), sized(20)]);
    let (mut answers, mut server) = opened(4, sent).await;
    assert_eq!(server.frames().await, [0, 1, 2, 3]);
    let mut hints = Vec::new();
    for id in 0..4 {
        server.answer(id);
        let answer = answers.next().await.expect("an answer").expect("an answer");
        assert_eq!(answer.frame_id, id);
        if let Outcome::Failed(error) = answer.outcome {
            assert_eq!(error.reason(), Some(ErrorReason::MessageTooLarge));
            hints.push((id, error.hint().contains("the server's")));
        }
    }
    assert_eq!(hints, [(1, false), (2, true)]);
}

#[tokio::test]
async fn a_server_that_breaks_the_protocol_is_told_from_one_that_fails() {
    let (mut answers, server) = opened(2, frames(0)).await;
    server.answer(0);
    let error = answers.next().await.expect("an end").expect_err("nothing was sent");
    assert_eq!(error.code(), Code::Internal);
    assert!(answers.next().await.is_none());

    let (mut answers, mut server) = opened(2, frames(1)).await;
    assert_eq!(server.frames().await, [0]);
    drop(server);
    let error = answers.next().await.expect("an end").expect_err("a frame is unanswered");
    assert!(error.message().contains("1 items unanswered"), "{error}");

    let (mut answers, server) = opened(2, frames(0)).await;
    server.responses.send(Err(Status::unavailable("gone"))).expect("a client");
    let error = answers.next().await.expect("an end").expect_err("it failed");
    assert_eq!(error.code(), Code::Unavailable);
}

#[test]
fn answers_show_their_window() {
    let answers: Answers<v1::DetectFrame> =
        Answers { window: window(7), on_window: None, received: stream::empty().boxed() };
    assert!(format!("{answers:?}").contains("max_unanswered_frames: 7"));
}
