//! A bidirectional stream: items go out as the server's window allows, answers come in, in order.

use std::convert::Infallible;
use std::fmt;
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready as ready_or_return};

use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt, stream};
use prost::Message;
use tokio::sync::oneshot;
use tonic::{Code, Response, Status};

use crate::error::Error;
use crate::pending::Pending;
use crate::v1::StreamWindow;

/// One kind of stream: how its messages are encoded and decoded.
pub(crate) trait Protocol: 'static {
    /// What callers send.
    type Item: Send + 'static;
    /// What an item's answer repeats of it.
    type Tag: Send;
    /// The rest of an item.
    type Body;
    type Request: Message + 'static;
    type Response: Send + 'static;
    type Answer: Send + 'static;

    fn split(position: u64, item: Self::Item) -> (Self::Tag, Result<Self::Body, Error>);
    /// Makes a message. Without a body the server refuses it, in its turn.
    fn request(tag: &Self::Tag, body: Option<Self::Body>) -> Self::Request;
    fn fail(tag: Self::Tag, error: Error) -> Self::Answer;
    /// Reads a message; `None` if it is neither a window nor an answer.
    fn decode(response: Self::Response) -> Option<Received<Self::Answer>>;
}

pub(crate) enum Received<A> {
    Window(StreamWindow),
    Answer(A),
}

type Report = Box<dyn FnMut(&StreamWindow) + Send>;

/// The answers of a stream, in the order of sending. Dropping it cancels the call.
///
/// Items are drawn and sent while the server's window has room, and answers that are not taken
/// from here keep their room. An `Err` ends the stream: what was not answered may be sent again.
pub struct Answers<A> {
    window: StreamWindow,
    on_window: Option<Report>,
    received: BoxStream<'static, Result<Received<A>, Error>>,
}

impl<A> Answers<A> {
    /// What the server grants: the latest window that came before the answers taken so far.
    #[must_use]
    pub fn window(&self) -> &StreamWindow {
        &self.window
    }

    /// Calls `report` with every further window, as it takes the place of the one before.
    #[must_use]
    pub fn on_window(self, report: impl FnMut(&StreamWindow) + Send + 'static) -> Self {
        Self { on_window: Some(Box::new(report)), ..self }
    }
}

impl<A> Stream for Answers<A> {
    type Item = Result<A, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match ready_or_return!(self.received.as_mut().poll_next(cx)) {
                Some(Ok(Received::Window(window))) => {
                    self.window = window;
                    let Self { window, on_window, .. } = &mut *self;
                    if let Some(report) = on_window {
                        report(window);
                    }
                }
                Some(Ok(Received::Answer(answer))) => return Poll::Ready(Some(Ok(answer))),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<A> fmt::Debug for Answers<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answers").field("window", &self.window).finish_non_exhaustive()
    }
}

/// Opens a stream and waits for the server's window.
///
/// `call` hands the outgoing messages to a stub; the first of them is `config`. No message may have
/// more than `max_message_bytes`.
pub(crate) async fn open<P: Protocol, F, I>(
    config: P::Request,
    items: impl Stream<Item = P::Item> + Send + 'static,
    max_message_bytes: usize,
    call: impl FnOnce(BoxStream<'static, P::Request>) -> F,
) -> Result<Answers<P::Answer>, Error>
where
    F: Future<Output = Result<Response<I>, Status>>,
    I: Stream<Item = Result<P::Response, Status>> + Send + Unpin + 'static,
{
    let pending = Arc::new(Pending::<P>::new(max_message_bytes));
    // Dropping `held` ends the sending side, even if it waits for an item or for room.
    let (held, dropped) = oneshot::channel::<Infallible>();
    let outgoing = stream::once(ready(config)).chain(outgoing(Arc::clone(&pending), items));
    let mut incoming = call(outgoing.take_until(dropped).boxed()).await?.into_inner();
    let first = incoming.next().await.transpose()?.and_then(P::decode);
    let Some(Received::Window(window)) = first else {
        return Err(unexpected("a first message that is not its window"));
    };
    pending.resize(&window);
    let state = Some((incoming, pending, held));
    let received = stream::unfold(state, |state| async move {
        let (mut incoming, pending, held) = state?;
        let received = match incoming.next().await {
            Some(Ok(response)) => receive(&pending, response),
            Some(Err(status)) => Err(status.into()),
            None => return pending.close().err().map(|error| (Err(error), None)),
        };
        let state = received.is_ok().then_some((incoming, pending, held));
        Some((received, state))
    });
    Ok(Answers { window, on_window: None, received: received.boxed() })
}

fn receive<P: Protocol>(
    pending: &Pending<P>,
    response: P::Response,
) -> Result<Received<P::Answer>, Error> {
    match P::decode(response) {
        Some(Received::Window(window)) => {
            pending.resize(&window);
            Ok(Received::Window(window))
        }
        Some(Received::Answer(answer)) => pending.answer(answer).map(Received::Answer),
        None => Err(unexpected("a message that is neither a window nor an answer")),
    }
}

/// The messages of the items, each drawn when there is room for it and not before.
fn outgoing<P: Protocol>(
    pending: Arc<Pending<P>>,
    items: impl Stream<Item = P::Item> + Send + 'static,
) -> impl Stream<Item = P::Request> + Send {
    stream::unfold((Box::pin(items), pending, 0), |(mut items, pending, position)| async move {
        pending.room().await;
        let item = items.next().await?;
        // While the item was awaited a smaller window may have come.
        pending.room().await;
        let request = pending.encode(position, item);
        Some((request, (items, pending, position + 1)))
    })
}

/// The error of a server that breaks the stream's protocol.
pub(crate) fn unexpected(what: &str) -> Error {
    Error::new(Code::Internal, format!("the server sent {what} on the stream"))
        .with_hint("is it an Ocelli server, and of the same version as this client?")
}

#[cfg(test)]
mod tests;
