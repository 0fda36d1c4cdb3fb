//! A bidirectional stream: items go out as the server's window allows, answers come in, in order.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::fmt;
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::{Context, Poll};

use futures_util::{Stream, StreamExt, stream};
use prost::Message;
use tokio::sync::{Semaphore, oneshot};
use tonic::{Code, Response, Status, Streaming};

use crate::error::Error;

/// One kind of stream: how its messages are made and read.
pub(crate) trait Protocol: 'static {
    /// What callers send.
    type Item: Send + 'static;
    /// What an item's answer bears of it.
    type Tag: Send;
    /// The rest of an item.
    type Body;
    type Request: Message + 'static;
    type Response: Send + 'static;
    type Window;
    type Answer: Send + 'static;

    fn split(position: u64, item: Self::Item) -> (Self::Tag, Result<Self::Body, Error>);
    /// Makes a message. Without a body the server refuses it, in its turn.
    fn request(tag: &Self::Tag, body: Option<Self::Body>) -> Self::Request;
    fn fail(tag: Self::Tag, error: Error) -> Self::Answer;
    fn pace(window: &Self::Window) -> Pace;
    /// Reads a message; `None` if it is neither a window nor an answer.
    fn read(response: Self::Response) -> Option<Received<Self::Window, Self::Answer>>;
}

/// What the server's window means for the sender.
#[derive(Clone, Copy)]
pub(crate) struct Pace {
    pub(crate) max_unanswered: usize,
    /// Largest message that the server reads; 0 if it does not say.
    pub(crate) max_message_bytes: u64,
}

pub(crate) enum Received<W, A> {
    Window(W),
    Answer(A),
}

/// The answers of a stream, in the order of sending. Dropping it cancels the call.
///
/// Items are drawn and sent while the server's window has room, and answers that are not taken
/// from here keep their room. An `Err` ends the stream: what was not answered may be sent again.
pub struct Answers<W, A> {
    window: W,
    answers: Pin<Box<dyn Stream<Item = Result<A, Error>> + Send>>,
}

impl<W, A> Answers<W, A> {
    /// What the server granted.
    pub fn window(&self) -> &W {
        &self.window
    }
}

impl<W: Unpin, A> Stream for Answers<W, A> {
    type Item = Result<A, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.answers.as_mut().poll_next(cx)
    }
}

impl<W: fmt::Debug, A> fmt::Debug for Answers<W, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answers").field("window", &self.window).finish_non_exhaustive()
    }
}

/// Which items are under way, and what their answers will be. An item that cannot be sent (its
/// file is gone, it is over the server's message size) goes out without its body. The server
/// refuses it in its turn, which keeps the order, and the caller gets the reason found here.
struct Ledger<P: Protocol> {
    room: Semaphore,
    pace: OnceLock<Pace>,
    unanswered: Mutex<VecDeque<Option<P::Answer>>>,
}

impl<P: Protocol> Ledger<P> {
    fn new() -> Self {
        Self { room: Semaphore::new(0), pace: OnceLock::new(), unanswered: Mutex::default() }
    }

    fn open(&self, pace: Pace) {
        if self.pace.set(pace).is_ok() {
            self.room.add_permits(pace.max_unanswered);
        }
    }

    fn pack(&self, position: u64, item: P::Item) -> P::Request {
        let (tag, body) = P::split(position, item);
        let packed = body.and_then(|body| {
            let request = P::request(&tag, Some(body));
            let max_bytes = self.pace.get().map_or(0, |pace| pace.max_message_bytes);
            let size_bytes = request.encoded_len();
            if max_bytes > 0 && size_bytes as u64 > max_bytes {
                let (size, max) = (size_bytes.to_string(), max_bytes.to_string());
                return Err(Error::message_too_large(&size, &max, "server"));
            }
            Ok(request)
        });
        let (request, failed) = match packed {
            Ok(request) => (request, None),
            Err(error) => (P::request(&tag, None), Some(P::fail(tag, error))),
        };
        self.unanswered().push_back(failed);
        request
    }

    fn answer(&self, response: P::Response) -> Result<P::Answer, Error> {
        let Some(Received::Answer(answer)) = P::read(response) else {
            return Err(unexpected("a message that is no answer"));
        };
        let failed = self.unanswered().pop_front();
        let failed = failed.ok_or_else(|| unexpected("an answer to nothing that was sent"))?;
        self.room.add_permits(1);
        Ok(failed.unwrap_or(answer))
    }

    fn close(&self) -> Result<(), Error> {
        match self.unanswered().len() {
            0 => Ok(()),
            left => Err(unexpected(&format!("its end and left {left} items unanswered"))),
        }
    }

    fn unanswered(&self) -> std::sync::MutexGuard<'_, VecDeque<Option<P::Answer>>> {
        self.unanswered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Opens a stream and waits for the server's window.
///
/// `call` hands the outgoing messages to a stub; the first of them is `config`.
pub(crate) async fn open<P: Protocol, F>(
    config: P::Request,
    items: impl Stream<Item = P::Item> + Send + 'static,
    call: impl FnOnce(Pin<Box<dyn Stream<Item = P::Request> + Send>>) -> F,
) -> Result<Answers<P::Window, P::Answer>, Error>
where
    F: Future<Output = Result<Response<Streaming<P::Response>>, Status>>,
{
    let ledger = Arc::new(Ledger::<P>::new());
    // Dropping `held` ends the sending side, even if it waits for an item or for room.
    let (held, dropped) = oneshot::channel::<Infallible>();
    let outgoing = stream::once(ready(config)).chain(outgoing(Arc::clone(&ledger), items));
    let mut incoming = call(Box::pin(outgoing.take_until(dropped))).await?.into_inner();
    let first = incoming.message().await?.and_then(P::read);
    let Some(Received::Window(window)) = first else {
        return Err(unexpected("a first message that is not its window"));
    };
    ledger.open(P::pace(&window));
    let state = Some((incoming, ledger, held));
    let answers = stream::unfold(state, |state| async move {
        let (mut incoming, ledger, held) = state?;
        let answer = match incoming.message().await {
            Ok(Some(response)) => ledger.answer(response),
            Ok(None) => return ledger.close().err().map(|error| (Err(error), None)),
            Err(status) => Err(status.into()),
        };
        let state = answer.is_ok().then_some((incoming, ledger, held));
        Some((answer, state))
    });
    Ok(Answers { window, answers: Box::pin(answers) })
}

/// The messages of the items, each drawn when there is room for it and not before.
fn outgoing<P: Protocol>(
    ledger: Arc<Ledger<P>>,
    items: impl Stream<Item = P::Item> + Send + 'static,
) -> impl Stream<Item = P::Request> + Send {
    stream::unfold((Box::pin(items), ledger, 0), |(mut items, ledger, position)| async move {
        ledger.room.acquire().await.ok()?.forget();
        let item = items.next().await?;
        let request = ledger.pack(position, item);
        Some((request, (items, ledger, position + 1)))
    })
}

fn unexpected(what: &str) -> Error {
    Error::new(Code::Internal, format!("the server sent {what} on the stream"))
        .with_hint("is it an Ocelli server, and of the same version as this client?")
}
