//! A connection that is made once. When it has ended, whoever used it is told at once and goes
//! elsewhere, instead of waiting for another one to the same server.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::Uri;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower_service::Service;

/// Connects to one server, whatever name it is asked for.
pub(super) struct Once {
    server: SocketAddr,
    used: bool,
}

impl Once {
    pub(super) fn new(server: SocketAddr) -> Self {
        Self { server, used: false }
    }
}

impl Service<Uri> for Once {
    type Response = TokioIo<TcpStream>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        let again = std::mem::replace(&mut self.used, true);
        let server = self.server;
        Box::pin(async move {
            if again {
                return Err(io::Error::other(Over));
            }
            let stream = TcpStream::connect(server).await?;
            stream.set_nodelay(true)?;
            Ok(TokioIo::new(stream))
        })
    }
}

/// The connection had ended before a request was sent on it.
#[derive(Debug)]
pub(crate) struct Over;

impl fmt::Display for Over {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection has ended")
    }
}

impl StdError for Over {}
