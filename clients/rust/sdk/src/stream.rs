//! A bidirectional stream: items go out as the server's window allows, answers come in, in order.

use std::convert::Infallible;
use std::fmt;
use std::future::ready;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready as ready_or_return};
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt, stream};
use prost::Message;
use tokio::sync::oneshot;
use tonic::{Code, Response, Status};

use crate::error::Error;
use crate::pending::Pending;
use crate::resumption::Resumption;
use crate::v1::StreamWindow;

/// One kind of stream: how its messages are encoded and decoded.
pub(crate) trait Protocol: 'static {
    /// What callers send.
    type Item: Clone + Send + 'static;
    /// What an item's answer repeats of it.
    type Tag: Send;
    /// The rest of an item.
    type Body;
    type Request: Message + Clone + 'static;
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
/// from here keep their room. An `Err` ends the stream: what was not answered may be sent again, as
/// [`Client::with_resume`](crate::Client::with_resume) does.
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

/// The messages of a call. A type of its own, for which the compiler can tell that a call may move
/// between threads.
pub(crate) struct Requests<R>(BoxStream<'static, R>);

impl<R> Stream for Requests<R> {
    type Item = R;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<R>> {
        self.0.as_mut().poll_next(cx)
    }
}

/// A call that waits for the server's response.
pub(crate) type Opening<I> = BoxFuture<'static, Result<Response<I>, Status>>;

/// How a stream is run.
pub(crate) struct Settings {
    /// Largest message that this client sends.
    pub(crate) max_message_bytes: usize,
    /// Whether and when it goes on with another call.
    pub(crate) resumption: Resumption,
}

/// Opens a stream and waits for the server's window.
///
/// `call` hands the outgoing messages to a stub, for a call that may take so long; the first of them
/// is `config`.
pub(crate) async fn open<P, C, I>(
    config: P::Request,
    items: impl Stream<Item = P::Item> + Send + 'static,
    settings: Settings,
    call: C,
) -> Result<Answers<P::Answer>, Error>
where
    P: Protocol,
    C: Fn(Requests<P::Request>, Option<Duration>) -> Opening<I> + Send + Sync + 'static,
    I: Stream<Item = Result<P::Response, Status>> + Send + Unpin + 'static,
{
    let Settings { max_message_bytes, resumption } = settings;
    let pending = Pending::<P>::new(items, max_message_bytes, resumption.keeps());
    let mut calls = Calls { pending: Arc::new(pending), config, call, resumption, open: None };
    let window = calls.open().await?;
    let received = stream::unfold(calls, |mut calls| async move {
        let received = calls.next().await?;
        Some((received, calls))
    });
    Ok(Answers { window, on_window: None, received: received.boxed() })
}

/// The calls of one stream, one after the other.
struct Calls<P: Protocol, C, I> {
    pending: Arc<Pending<P>>,
    config: P::Request,
    call: C,
    resumption: Resumption,
    /// `None` once the stream has ended.
    open: Option<Open<I>>,
}

struct Open<I> {
    incoming: I,
    /// Dropping it ends the sending side, even if it waits for an item or for room.
    _held: oneshot::Sender<Infallible>,
}

impl<P, C, I> Calls<P, C, I>
where
    P: Protocol,
    C: Fn(Requests<P::Request>, Option<Duration>) -> Opening<I>,
    I: Stream<Item = Result<P::Response, Status>> + Unpin,
{
    /// Opens a call, again where that may help, and returns its window.
    async fn open(&mut self) -> Result<StreamWindow, Error> {
        loop {
            match self.open_once().await {
                Ok(window) => return Ok(window),
                Err(error) => {
                    let pause = self.resumption.pause(&error).ok_or(error)?;
                    tokio::time::sleep(pause).await;
                }
            }
        }
    }

    async fn open_once(&mut self) -> Result<StreamWindow, Error> {
        let (held, dropped) = oneshot::channel::<Infallible>();
        let (pending, number) = (Arc::clone(&self.pending), self.pending.begin());
        let items = stream::poll_fn(move |cx| pending.poll_request(number, cx));
        let outgoing = stream::once(ready(self.config.clone())).chain(items).take_until(dropped);
        let left = self.resumption.time_left();
        let mut incoming = (self.call)(Requests(outgoing.boxed()), left).await?.into_inner();
        let first = incoming.next().await.transpose()?.and_then(P::decode);
        let Some(Received::Window(window)) = first else {
            return Err(unexpected("a first message that is not its window"));
        };
        self.pending.resize(&window);
        self.resumption.opened();
        self.open = Some(Open { incoming, _held: held });
        Ok(window)
    }

    async fn next(&mut self) -> Option<Result<Received<P::Answer>, Error>> {
        let received = match self.open.as_mut()?.incoming.next().await {
            Some(Ok(response)) => self.receive(response),
            Some(Err(status)) => self.reopen(status.into()).await.transpose()?,
            None => Err(self.pending.close().err()?),
        };
        match &received {
            Ok(Received::Answer(_)) => self.resumption.answered(),
            Ok(Received::Window(_)) => {}
            Err(_) => self.open = None,
        }
        Some(received)
    }

    /// Goes on after an error; `None` if all is answered.
    async fn reopen(&mut self, error: Error) -> Result<Option<Received<P::Answer>>, Error> {
        self.open = None;
        let Some(pause) = self.resumption.pause(&error) else { return Err(error) };
        if self.pending.is_finished() {
            return Ok(None);
        }
        tokio::time::sleep(pause).await;
        self.open().await.map(|window| Some(Received::Window(window)))
    }

    fn receive(&self, response: P::Response) -> Result<Received<P::Answer>, Error> {
        match P::decode(response) {
            Some(Received::Window(window)) => {
                self.pending.resize(&window);
                Ok(Received::Window(window))
            }
            Some(Received::Answer(answer)) => self.pending.answer(answer).map(Received::Answer),
            None => Err(unexpected("a message that is neither a window nor an answer")),
        }
    }
}

/// The error of a server that breaks the stream's protocol.
pub(crate) fn unexpected(what: &str) -> Error {
    Error::new(Code::Internal, format!("the server sent {what} on the stream"))
        .with_hint("is it an Ocelli server, and of the same version as this client?")
}

#[cfg(test)]
mod tests;
