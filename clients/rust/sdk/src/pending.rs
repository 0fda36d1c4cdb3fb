//! What a stream has drawn and not yet seen answered, and how much of it may be sent.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};

use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt};
use prost::Message;

use crate::error::Error;
use crate::stream::{Protocol, unexpected};
use crate::v1::StreamWindow;

/// The items of a stream, over all its calls. An item that cannot be sent (its file is gone, it is
/// over a limit of message size) goes out without its body. The server refuses it in its turn, which
/// keeps the order, and the caller gets the reason found here.
pub(crate) struct Pending<P: Protocol> {
    /// `None` once they ended. Whoever draws holds them, and nobody else waits for that.
    items: Mutex<Option<BoxStream<'static, P::Item>>>,
    state: Mutex<State<P>>,
    /// Largest message that this client sends.
    max_message_bytes: usize,
    /// Whether items are kept until they are answered, to be sent on another call.
    keeps: bool,
}

struct State<P: Protocol> {
    /// Drawn and not yet answered, oldest first.
    unanswered: VecDeque<Drawn<P>>,
    /// How many of them, from the oldest on, are sent on this call.
    sent: usize,
    /// Number of the item that is drawn next.
    position: u64,
    /// Number of the call.
    call: u64,
    /// 0 until the first window of the call comes.
    max_unanswered: usize,
    /// Largest message that the server reads; 0 if its window does not tell.
    max_message_bytes: u64,
    /// Told when there may be something to send.
    sender: Option<Waker>,
}

struct Drawn<P: Protocol> {
    position: u64,
    /// `None` if it is sent and not kept.
    item: Option<P::Item>,
    /// The answer to an item that could not be sent as it was.
    failed: Option<P::Answer>,
}

impl<P: Protocol> Pending<P> {
    pub(crate) fn new(
        items: impl Stream<Item = P::Item> + Send + 'static,
        max_message_bytes: usize,
        keeps: bool,
    ) -> Self {
        let state = State {
            unanswered: VecDeque::new(),
            sent: 0,
            position: 0,
            call: 0,
            max_unanswered: 0,
            max_message_bytes: 0,
            sender: None,
        };
        let items = Mutex::new(Some(items.boxed()));
        Self { items, state: Mutex::new(state), max_message_bytes, keeps }
    }

    /// Begins another call, on which nothing is sent yet, and returns its number.
    pub(crate) fn begin(&self) -> u64 {
        let mut state = self.state();
        state.call += 1;
        state.sent = 0;
        state.max_unanswered = 0;
        state.call
    }

    /// Puts a window in the place of the one before.
    pub(crate) fn resize(&self, window: &StreamWindow) {
        let mut state = self.state();
        state.max_unanswered = window.max_unanswered_frames.max(1) as usize;
        state.max_message_bytes = window.max_message_bytes;
        wake(state);
    }

    /// The next message of a call, once there is room for it: first of what an earlier call left
    /// unanswered. `None`: there is no other, or another call has begun.
    pub(crate) fn poll_request(&self, call: u64, cx: &mut Context<'_>) -> Poll<Option<P::Request>> {
        loop {
            {
                let mut state = self.state();
                if state.call != call {
                    return Poll::Ready(None);
                }
                if state.sent >= state.max_unanswered {
                    state.sender = Some(cx.waker().clone());
                    return Poll::Pending;
                }
                if state.sent < state.unanswered.len() {
                    return Poll::Ready(Some(self.encode(&mut state)));
                }
                // While an item is awaited the window may change, which only an item can make use of.
            }
            if !ready!(self.poll_draw(cx)) {
                return Poll::Ready(None);
            }
        }
    }

    /// Draws an item; false if there is no other.
    fn poll_draw(&self, cx: &mut Context<'_>) -> Poll<bool> {
        let mut items = self.items.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(source) = items.as_mut() else { return Poll::Ready(false) };
        let Some(item) = ready!(source.poll_next_unpin(cx)) else {
            *items = None;
            return Poll::Ready(false);
        };
        let mut state = self.state();
        let position = state.position;
        state.position += 1;
        state.unanswered.push_back(Drawn { position, item: Some(item), failed: None });
        Poll::Ready(true)
    }

    /// Makes the message of the oldest item that is not sent.
    fn encode(&self, state: &mut State<P>) -> P::Request {
        let server_max_bytes = state.max_message_bytes;
        let drawn = &mut state.unanswered[state.sent];
        let item = if self.keeps { drawn.item.clone() } else { drawn.item.take() };
        let (tag, body) = P::split(drawn.position, item.expect("what is sent again is kept"));
        let encoded = body.and_then(|body| {
            let request = P::request(&tag, Some(body));
            self.check_size(request.encoded_len(), server_max_bytes)?;
            Ok(request)
        });
        let (request, failed) = match encoded {
            Ok(request) => (request, None),
            Err(error) => (P::request(&tag, None), Some(P::fail(tag, error))),
        };
        drawn.failed = failed;
        state.sent += 1;
        request
    }

    fn check_size(&self, size_bytes: usize, server_max_bytes: u64) -> Result<(), Error> {
        let too_large = |max: String, whose: &str| {
            Err(Error::message_too_large(&size_bytes.to_string(), &max, whose))
        };
        if server_max_bytes > 0 && size_bytes as u64 > server_max_bytes {
            return too_large(server_max_bytes.to_string(), "server");
        }
        if size_bytes > self.max_message_bytes {
            return too_large(self.max_message_bytes.to_string(), "client");
        }
        Ok(())
    }

    /// The answer to the oldest unanswered item: the server's, unless there is a better one here.
    pub(crate) fn answer(&self, answer: P::Answer) -> Result<P::Answer, Error> {
        let mut state = self.state();
        if state.sent == 0 {
            return Err(unexpected("an answer to nothing that was sent"));
        }
        state.sent -= 1;
        let drawn = state.unanswered.pop_front();
        wake(state);
        Ok(drawn.and_then(|drawn| drawn.failed).unwrap_or(answer))
    }

    /// Whether every item is drawn and answered.
    pub(crate) fn is_finished(&self) -> bool {
        let ended = self.items.lock().unwrap_or_else(PoisonError::into_inner).is_none();
        ended && self.state().unanswered.is_empty()
    }

    /// Checks that the server, which ended the stream, has answered everything.
    pub(crate) fn close(&self) -> Result<(), Error> {
        match self.state().unanswered.len() {
            0 => Ok(()),
            left => Err(unexpected(&format!("its end and left {left} items unanswered"))),
        }
    }

    fn state(&self) -> MutexGuard<'_, State<P>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn wake<P: Protocol>(mut state: MutexGuard<'_, State<P>>) {
    let sender = state.sender.take();
    drop(state);
    if let Some(sender) = sender {
        sender.wake();
    }
}
