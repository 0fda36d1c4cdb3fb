//! Settings of a connection.

use std::time::Duration;

use crate::retry::Retry;
use crate::tls::Tls;
use crate::token::Token;

/// How calls wait where not everything can be served at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Priority {
    /// First.
    #[default]
    Interactive,
    /// They get what interactive calls leave, and wait for it instead of being refused.
    Batch,
}

/// Settings of a connection; [`Default`] suits a server on the same network, and methods of the
/// fields' names change it: `Options::default().timeout(Duration::from_secs(2))`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// Encrypts the connection. `None`: plain text.
    pub tls: Option<Tls>,
    /// An API key of the server's or another bearer token, sent with every call as `authorization:
    /// Bearer …`. Needs [`tls`](Self::tls), unless the server is on this machine.
    pub token: Option<Token>,
    /// Of all calls. Default: interactive.
    pub priority: Priority,
    /// How long a unary call may take, its repetitions included, and how long a stream may take to
    /// open, unless the request or [`Client::with_timeout`](crate::Client::with_timeout) says
    /// otherwise. Loading a model has 600 s instead. Default: 10 s.
    pub timeout: Duration,
    /// Largest message sent or received. The server has a limit of its own. Default: 32 MiB.
    pub max_message_bytes: usize,
    /// Time without traffic before a ping. The server refuses less than 30 s. Default: 60 s.
    pub keepalive_time: Duration,
    /// Time without an answer to a ping before the connection counts as dead. Default: 20 s.
    pub keepalive_timeout: Duration,
    /// How long one attempt to connect may take. Default: 5 s.
    pub connect_timeout: Duration,
    /// How calls are repeated if the server is `UNAVAILABLE`.
    pub retry: Retry,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            tls: None,
            token: None,
            priority: Priority::default(),
            timeout: Duration::from_secs(10),
            max_message_bytes: 32 * 1024 * 1024,
            keepalive_time: Duration::from_secs(60),
            keepalive_timeout: Duration::from_secs(20),
            connect_timeout: Duration::from_secs(5),
            retry: Retry::default(),
        }
    }
}

impl Options {
    /// Sets [`tls`](Self::tls).
    #[must_use]
    pub fn tls(self, tls: Tls) -> Self {
        Self { tls: Some(tls), ..self }
    }

    /// Sets [`token`](Self::token).
    #[must_use]
    pub fn token(self, token: Token) -> Self {
        Self { token: Some(token), ..self }
    }

    /// Sets [`priority`](Self::priority).
    #[must_use]
    pub fn priority(self, priority: Priority) -> Self {
        Self { priority, ..self }
    }

    /// Sets [`timeout`](Self::timeout).
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// Sets [`max_message_bytes`](Self::max_message_bytes).
    #[must_use]
    pub fn max_message_bytes(self, max_message_bytes: usize) -> Self {
        Self { max_message_bytes, ..self }
    }

    /// Sets [`keepalive_time`](Self::keepalive_time).
    #[must_use]
    pub fn keepalive_time(self, keepalive_time: Duration) -> Self {
        Self { keepalive_time, ..self }
    }

    /// Sets [`keepalive_timeout`](Self::keepalive_timeout).
    #[must_use]
    pub fn keepalive_timeout(self, keepalive_timeout: Duration) -> Self {
        Self { keepalive_timeout, ..self }
    }

    /// Sets [`connect_timeout`](Self::connect_timeout).
    #[must_use]
    pub fn connect_timeout(self, connect_timeout: Duration) -> Self {
        Self { connect_timeout, ..self }
    }

    /// Sets [`retry`](Self::retry).
    #[must_use]
    pub fn retry(self, retry: Retry) -> Self {
        Self { retry, ..self }
    }
}
