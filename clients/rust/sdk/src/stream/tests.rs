use std::sync::Mutex;
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::timeout;

use super::*;
use crate::frame::{DetectFrames, Frame, FrameAnswer, Outcome};
use crate::image;
use crate::retry::Retry;
use crate::v1::{
    self, DetectFrameAnswer, DetectResult, DetectStreamRequest, DetectStreamResponse, ErrorReason,
    detect_frame_answer, detect_stream_request, detect_stream_response,
};

/// The server's side of a stream.
struct Server {
    requests: Requests<DetectStreamRequest>,
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
    let (answers, mut servers) = resumed(vec![Ok(max_unanswered_frames)], None, frames).await;
    let server = servers.recv().await.expect("a call");
    (answers.expect("a window"), server)
}

/// A stream of these frames that may be opened as often as there are outcomes: the sizes of first
/// windows, or failures. The servers of those that opened have taken the configuration.
async fn resumed(
    outcomes: Vec<Result<u32, Error>>,
    resume: Option<Duration>,
    frames: impl Stream<Item = Frame> + Send + 'static,
) -> (Result<Answers<FrameAnswer<DetectResult>>, Error>, UnboundedReceiver<Server>) {
    let (opened, servers) = unbounded_channel();
    let outcomes = Mutex::new(outcomes.into_iter());
    let config = DetectStreamRequest { message: None };
    let resumption = Resumption::new(Retry::default(), resume, None);
    let settings = Settings { max_message_bytes: 800, resumption };
    let answers = open::<DetectFrames, _, _>(config, frames, settings, move |mut requests, _| {
        let outcome = outcomes.lock().expect("outcomes").next().expect("no other call");
        let opened = opened.clone();
        Box::pin(async move {
            let max_unanswered_frames = outcome?;
            let (responses, received) = unbounded_channel();
            let config = requests.next().await.expect("a configuration");
            assert_eq!(config.message, None);
            let server = Server { requests, responses };
            server.window(max_unanswered_frames);
            opened.send(server).expect("a test");
            Ok(Response::new(messages(received)))
        })
    })
    .await;
    (answers, servers)
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

fn gone() -> Error {
    Error::new(Code::Unavailable, "gone").with_retry_after(Duration::from_millis(200))
}

impl Server {
    fn fail(&self, error: Error) {
        self.responses.send(Err(error.into())).expect("a client that listens");
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_not_answered_is_sent_again_and_answered_once() {
    let outcomes = vec![Ok(3), Err(gone()), Ok(2)];
    let resume = Some(Duration::from_secs(5));
    let (answers, mut servers) = resumed(outcomes, resume, frames(5)).await;
    let windows = Arc::new(Mutex::new(Vec::new()));
    let reported = Arc::clone(&windows);
    let mut answers = answers.expect("a window").on_window(move |window| {
        reported.lock().expect("a list").push(window.max_unanswered_frames);
    });
    let mut first = servers.recv().await.expect("a call");
    assert_eq!(first.frames().await, [0, 1, 2]);
    first.answer(0);
    assert_eq!(next_id(&mut answers).await, 0);
    assert_eq!(first.frames().await, [3]);
    first.fail(gone());
    let started = tokio::time::Instant::now();
    let rest = tokio::spawn(async move {
        let mut ids = Vec::new();
        while let Some(answer) = answers.next().await {
            ids.push(answer.expect("an answer").frame_id);
        }
        ids
    });
    let mut second = servers.recv().await.expect("another call");
    assert!(started.elapsed() >= Duration::from_millis(400), "{:?}", started.elapsed());
    assert_eq!(first.next().await, None, "the broken call sends no more");
    assert_eq!(second.frames().await, [1, 2]);
    second.answer(1);
    second.answer(2);
    assert_eq!(second.frames().await, [3, 4]);
    second.answer(3);
    second.answer(4);
    assert_eq!(second.next().await, None);
    second.fail(gone());
    assert_eq!(rest.await.expect("answers"), [1, 2, 3, 4], "nothing is left to send again");
    assert_eq!(*windows.lock().expect("a list"), [2]);
}

#[tokio::test(start_paused = true)]
async fn what_is_awaited_while_the_server_is_away_is_not_lost() {
    let (late, arriving) = unbounded_channel();
    let resume = Some(Duration::from_secs(5));
    let (answers, mut servers) = resumed(vec![Ok(2), Ok(2)], resume, messages(arriving)).await;
    let mut answers = answers.expect("a window");
    let mut first = servers.recv().await.expect("a call");
    assert_eq!(first.next().await, None, "the sender waits for a frame");
    first.fail(gone());
    let taking = tokio::spawn(async move { next_id(&mut answers).await });
    let mut second = servers.recv().await.expect("another call");
    late.send(Frame::new(image::from_bytes(vec![1])).frame_id(7)).expect("a sender that draws");
    assert_eq!(second.frames().await, [7]);
    assert_eq!(first.next().await, None);
    second.answer(7);
    assert_eq!(taking.await.expect("an answer"), 7);
}

#[tokio::test(start_paused = true)]
async fn a_stream_ends_with_its_error_where_it_may_not_go_on() {
    let (answers, mut servers) = resumed(vec![Ok(1)], None, frames(3)).await;
    let mut answers = answers.expect("a window");
    servers.recv().await.expect("a call").fail(gone());
    let error = answers.next().await.expect("an end").expect_err("it is not resumed");
    assert_eq!(error.code(), Code::Unavailable);
    assert!(answers.next().await.is_none());

    let resume = Some(Duration::from_secs(1));
    let outcomes = [vec![Ok(1)], vec![Err(gone()); 9]].concat();
    let (answers, mut servers) = resumed(outcomes, resume, frames(3)).await;
    let mut answers = answers.expect("a window");
    servers.recv().await.expect("a call").fail(gone());
    let error = answers.next().await.expect("an end").expect_err("it is away for too long");
    assert_eq!((error.code(), error.message()), (Code::Unavailable, "gone"));
    assert!(answers.next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_was_refused_unseen_is_opened_again() {
    let refused = || Err(gone().unprocessed());
    let (answers, _) = resumed(vec![refused(), refused(), Ok(1)], None, frames(1)).await;
    assert_eq!(answers.expect("a window").window().max_unanswered_frames, 1);
    let (answers, _) = resumed(vec![refused(), refused(), refused()], None, frames(1)).await;
    assert_eq!(answers.expect_err("three attempts").code(), Code::Unavailable);
}
