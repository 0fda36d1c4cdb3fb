//! The connection under all stubs: deadlines, repetitions, credentials, and errors that explain.

mod once;
mod one_request;
mod replicas;
mod target;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Request, Response};
use tokio::time::{Instant, timeout_at};
use tonic::body::Body;
use tonic::transport::Endpoint;
use tonic::{Code, Status};
use tower_service::Service;

use crate::deadline::{self, DeadlineBody};
use crate::error::Error;
use crate::options::{Options, Priority};
use crate::unreachable::{ended, is_unsent, no_response, not_grpc, root};

pub(crate) use once::Over;
use replicas::Replicas;
use target::Target;

/// Calls that end when their caller wants, so without a deadline unless one is asked for.
const STREAMING: &[&str] = &[
    "/ocelli.v1.ClassifyService/ClassifyStream",
    "/ocelli.v1.DetectService/DetectStream",
    "/ocelli.v1.EmbedService/EmbedStream",
    "/ocelli.v1.PointService/IndexStream",
    "/grpc.health.v1.Health/Watch",
    "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
    "/inference.GRPCInferenceService/ModelStreamInfer",
];

/// The same, of calls of one request.
const ANSWERING: &[&str] = &["/ocelli.v1.SearchService/FindDuplicates"];

/// Loading takes as long as the model needs, so unless a call says otherwise the bound is the one that
/// servers have by default.
const LOAD_MODEL: &str = "/ocelli.v1.ModelService/LoadModel";
const LOAD_TIMEOUT: Duration = Duration::from_secs(600);

/// Bytes that a stream of answers and a connection may have on the way, so that large ones need not
/// wait for HTTP/2's 64 KiB at a time.
const STREAM_WINDOW_BYTES: u32 = 4 << 20;
const CONNECTION_WINDOW_BYTES: u32 = 16 << 20;

/// A connection to a server, made when a call needs it and again whenever it broke. Cheap to clone.
///
/// Where the address stands for several servers it is one to each, and calls go to each in turn.
///
/// It is what generated stubs take: `DetectServiceClient::new(client.connection())`. Every call
/// gets the default deadline, the bearer token, and, where the policy allows, repetitions. The
/// [`Status`] of a failed call becomes an [`Error`] by `Error::from`.
#[derive(Clone, Debug)]
pub struct Connection {
    replicas: Arc<Replicas>,
    address: Arc<str>,
    options: Arc<Options>,
    timeout: Option<Duration>,
    resume: Option<Duration>,
}

impl Connection {
    pub(crate) async fn new(address: &str, options: Options) -> Result<Self, Error> {
        let scheme = if options.tls.is_some() { "https" } else { "http" };
        let target = Target::parse(address, scheme)?;
        if options.token.is_some() && options.tls.is_none() && !target.is_local() {
            let message = "a token is not sent in plain text: set Options::tls";
            return Err(Error::invalid("token", message));
        }
        let mut endpoints = Vec::new();
        for uri in &target.uris {
            let mut endpoint = Endpoint::from(uri.clone())
                .connect_timeout(options.connect_timeout)
                .http2_keep_alive_interval(options.keepalive_time)
                .keep_alive_timeout(options.keepalive_timeout)
                .keep_alive_while_idle(true)
                .initial_stream_window_size(STREAM_WINDOW_BYTES)
                .initial_connection_window_size(CONNECTION_WINDOW_BYTES);
            if let Some(tls) = &options.tls {
                endpoint = endpoint.tls_config(tls.load().await?).map_err(|error| {
                    let cause = root(&error);
                    Error::invalid("tls", format!("TLS cannot be set up: {cause}"))
                        .with_hint("do key and certificate belong together?")
                })?;
            }
            endpoints.push(endpoint);
        }
        let address = Arc::from(address);
        Ok(Self {
            replicas: Replicas::new(Arc::clone(&address), target, endpoints),
            address,
            options: Arc::new(options),
            timeout: None,
            resume: None,
        })
    }

    /// The same connection with a deadline for every call, streams included.
    pub(crate) fn with_timeout(&self, timeout: Duration) -> Self {
        Self { timeout: Some(timeout), ..self.clone() }
    }

    /// The same connection with streams that are opened again.
    pub(crate) fn with_resume(&self, resume: Duration) -> Self {
        Self { resume: Some(resume), ..self.clone() }
    }

    /// What streams and their calls have of it: how long they may take, and the server be away.
    pub(crate) fn limits(&self) -> (Option<Duration>, Option<Duration>) {
        (self.timeout, self.resume)
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    pub(crate) fn options(&self) -> &Options {
        &self.options
    }

    async fn exchange(self, request: Request<Body>) -> Result<Response<Body>, Error> {
        let timeout = deadline::requested(request.headers()).or(self.timeout);
        let path = request.uri().path();
        let default = if path == LOAD_MODEL { LOAD_TIMEOUT } else { self.options.timeout };
        let or_default = timeout.unwrap_or(default).min(deadline::MAX);
        if STREAMING.contains(&path) {
            self.stream(request, timeout.map(|_| or_default), or_default).await
        } else if ANSWERING.contains(&path) {
            self.answers(request, timeout.map(|_| or_default)).await
        } else {
            self.unary(request, or_default).await
        }
    }

    async fn stream(
        &self,
        request: Request<Body>,
        timeout: Option<Duration>,
        opening_timeout: Duration,
    ) -> Result<Response<Body>, Error> {
        let started = Instant::now();
        let (mut parts, body) = request.into_parts();
        if let Some(timeout) = timeout {
            deadline::announce(&mut parts.headers, timeout);
        }
        let response = self.within(started + opening_timeout, self.send(parts, body)).await?;
        if let Some(error) = cancelled(&self.address, response.headers()) {
            return Err(error);
        }
        let ends_at = timeout.map(|timeout| started + timeout);
        let address = Arc::clone(&self.address);
        Ok(response.map(|body| Body::new(DeadlineBody::new(body, ends_at, address))))
    }

    async fn send(&self, parts: Parts, body: Body) -> Result<Response<Body>, Error> {
        self.try_send(parts, body).await.map_err(|(error, _)| error)
    }

    /// Sends a request on the connection whose turn it is. A failure comes with whether a connection of
    /// before had ended, so that nothing was sent; one that was made for this and ended is an attempt.
    async fn try_send(&self, parts: Parts, body: Body) -> Result<Response<Body>, (Error, bool)> {
        let parts = self.complete(parts).await.map_err(|error| (error, false))?;
        let began = Instant::now();
        let mut link = self.replicas.next().await.map_err(|error| (error, false))?;
        let explain = |error| (no_response(&self.address, &error), is_unsent(&error));
        let response = async {
            std::future::poll_fn(|cx| link.channel.poll_ready(cx)).await.map_err(explain)?;
            link.channel.call(Request::from_parts(parts, body)).await.map_err(explain)
        };
        let response = response.await.map_err(|(error, unsent)| {
            if unsent {
                self.replicas.lose(&link);
            }
            (error, unsent && link.made < began)
        })?;
        not_grpc(&self.address, &response).map_or(Ok(response), |error| Err((error, false)))
    }

    /// Adds what every call carries.
    async fn complete(&self, mut parts: Parts) -> Result<Parts, Error> {
        if let Some(token) = &self.options.token {
            authorize(&mut parts.headers, &token.current().await?)?;
        }
        if self.options.priority == Priority::Batch {
            parts.headers.insert("ocelli-priority", HeaderValue::from_static("batch"));
        }
        Ok(parts)
    }

    async fn within<T>(
        &self,
        ends_at: Instant,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let outcome = timeout_at(ends_at, work).await;
        outcome.unwrap_or_else(|_| Err(Error::deadline_exceeded(&self.address)))
    }
}

/// Puts the token into a header that is kept out of logs.
fn authorize(headers: &mut HeaderMap, token: &str) -> Result<(), Error> {
    let mut value = HeaderValue::try_from(format!("Bearer {token}")).map_err(|_| {
        Error::new(Code::Unauthenticated, "the token has characters that no header can carry")
            .with_hint("it comes from Options::token")
    })?;
    value.set_sensitive(true);
    headers.insert(AUTHORIZATION, value);
    Ok(())
}

/// The error of a call that its status calls cancelled. A caller of this client cancels by dropping the
/// call, and then nobody reads its status, so this was not the caller.
pub(crate) fn cancelled(address: &str, headers: &HeaderMap) -> Option<Error> {
    let status = Status::from_header_map(headers)?;
    (status.code() == Code::Cancelled).then(|| {
        let words = Some(status.message()).filter(|words| !words.is_empty());
        ended(address, words.unwrap_or(Code::Cancelled.description()))
    })
}

impl Service<Request<Body>> for Connection {
    type Response = Response<Body>;
    type Error = Status;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Status>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Status>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let connection = self.clone();
        Box::pin(async move { Ok(connection.exchange(request).await?) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_sent_and_kept_out_of_logs() {
        let mut headers = HeaderMap::new();
        authorize(&mut headers, "secret").expect("a token");
        assert_eq!(headers[AUTHORIZATION], "Bearer secret");
        assert!(!format!("{headers:?}").contains("secret"));
        let error = authorize(&mut headers, "two\nlines").expect_err("no header value");
        assert_eq!(error.code(), Code::Unauthenticated);
        assert!(!error.to_string().contains("lines"));
    }
}
