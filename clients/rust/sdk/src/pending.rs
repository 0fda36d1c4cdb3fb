//! What a stream has sent and not yet seen answered, and how much that may be.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use prost::Message;
use tokio::sync::Notify;

use crate::error::Error;
use crate::stream::{Protocol, unexpected};
use crate::v1::StreamWindow;

/// Which items are under way, and what their answers will be. An item that cannot be sent (its
/// file is gone, it is over a limit of message size) goes out without its body. The server
/// refuses it in its turn, which keeps the order, and the caller gets the reason found here.
pub(crate) struct Pending<P: Protocol> {
    state: Mutex<State<P::Answer>>,
    /// Told when there may be room again. One sender waits for it.
    changed: Notify,
    /// Largest message that this client sends.
    max_message_bytes: usize,
}

struct State<A> {
    /// `Some` is the answer to an item that could not be sent as it was.
    unanswered: VecDeque<Option<A>>,
    /// 0 until the first window comes.
    max_unanswered: usize,
    /// Largest message that the server reads; 0 if its window does not tell.
    max_message_bytes: u64,
}

impl<P: Protocol> Pending<P> {
    pub(crate) fn new(max_message_bytes: usize) -> Self {
        let state = State { unanswered: VecDeque::new(), max_unanswered: 0, max_message_bytes: 0 };
        Self { state: Mutex::new(state), changed: Notify::new(), max_message_bytes }
    }

    /// Puts a window in the place of the one before.
    pub(crate) fn resize(&self, window: &StreamWindow) {
        let mut state = self.state();
        state.max_unanswered = window.max_unanswered_frames.max(1) as usize;
        state.max_message_bytes = window.max_message_bytes;
        self.changed.notify_one();
    }

    /// Waits until another item may be sent.
    pub(crate) async fn room(&self) {
        while !self.has_room() {
            self.changed.notified().await;
        }
    }

    fn has_room(&self) -> bool {
        let state = self.state();
        state.unanswered.len() < state.max_unanswered
    }

    /// Makes the message of an item, which from now on is unanswered.
    pub(crate) fn encode(&self, position: u64, item: P::Item) -> P::Request {
        let (tag, body) = P::split(position, item);
        let mut state = self.state();
        let encoded = body.and_then(|body| {
            let request = P::request(&tag, Some(body));
            self.check_size(request.encoded_len(), state.max_message_bytes)?;
            Ok(request)
        });
        let (request, failed) = match encoded {
            Ok(request) => (request, None),
            Err(error) => (P::request(&tag, None), Some(P::fail(tag, error))),
        };
        state.unanswered.push_back(failed);
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
        let failed = self.state().unanswered.pop_front();
        let failed = failed.ok_or_else(|| unexpected("an answer to nothing that was sent"))?;
        self.changed.notify_one();
        Ok(failed.unwrap_or(answer))
    }

    /// Checks that the server, which ended the stream, has answered everything.
    pub(crate) fn close(&self) -> Result<(), Error> {
        match self.state().unanswered.len() {
            0 => Ok(()),
            left => Err(unexpected(&format!("its end and left {left} items unanswered"))),
        }
    }

    fn state(&self) -> MutexGuard<'_, State<P::Answer>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
