//! Calls of one request, which are repeated where that is allowed and may help.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::request::Parts;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt, BodyStream, Full, LengthLimitError, Limited, StreamBody};
use tokio::time::Instant;
use tonic::body::Body;
use tonic::{Code, Status};

use super::{Connection, cancelled};
use crate::deadline::{self, DeadlineBody};
use crate::error::Error;
use crate::unreachable::{root, unreachable};

/// Length of gRPC's prefix of a message.
const PREFIX_BYTES: usize = 5;
/// How often a call goes on to another connection before that counts as an attempt.
const MAX_UNSENT: usize = 3;

/// A response, and the failure that it reports.
type Reported = (Response<Body>, Option<Error>);

impl Connection {
    /// A call of one answer.
    pub(super) async fn unary(
        &self,
        request: Request<Body>,
        timeout: Duration,
    ) -> Result<Response<Body>, Error> {
        let ends_at = Instant::now() + timeout;
        let (parts, message) = read(request).await?;
        let attempt = || self.attempt(parts.clone(), message.clone(), ends_at);
        self.repeated(parts.uri.path(), Some(ends_at), attempt).await
    }

    /// A call of many answers, which is repeated as long as nothing of them has come.
    pub(super) async fn answers(
        &self,
        request: Request<Body>,
        timeout: Option<Duration>,
    ) -> Result<Response<Body>, Error> {
        let ends_at = timeout.map(|timeout| Instant::now() + timeout);
        let (parts, message) = read(request).await?;
        let attempt = || self.beginning(parts.clone(), message.clone(), ends_at);
        self.repeated(parts.uri.path(), ends_at, attempt).await
    }

    async fn repeated<F>(
        &self,
        path: &str,
        ends_at: Option<Instant>,
        attempt: impl Fn() -> F,
    ) -> Result<Response<Body>, Error>
    where
        F: Future<Output = Result<Reported, Error>>,
    {
        let mut attempts = 0;
        loop {
            attempts += 1;
            let outcome = match ends_at {
                Some(ends_at) => self.within(ends_at, attempt()).await,
                None => attempt().await,
            };
            let failure = match &outcome {
                Ok((_, failure)) => failure.as_ref(),
                Err(error) => Some(error),
            };
            let pause = failure
                .and_then(|error| self.options.retry.pause(path, attempts, error))
                .filter(|pause| ends_at.is_none_or(|ends_at| Instant::now() + *pause < ends_at));
            let Some(pause) = pause else {
                return outcome.map(|(response, _)| response);
            };
            tokio::time::sleep(pause).await;
        }
    }

    /// Sends a request, again at once where the connection turns out to have ended before.
    async fn send_whole(&self, parts: Parts, message: Bytes) -> Result<Response<Body>, Error> {
        for _ in 0..MAX_UNSENT {
            let body = Body::new(Full::new(message.clone()));
            match self.try_send(parts.clone(), body).await {
                Err((_, true)) => {}
                outcome => return outcome.map_err(|(error, _)| error),
            }
        }
        self.send(parts, Body::new(Full::new(message))).await
    }

    /// Gets the whole answer.
    async fn attempt(
        &self,
        mut parts: Parts,
        message: Bytes,
        ends_at: Instant,
    ) -> Result<Reported, Error> {
        deadline::announce(&mut parts.headers, ends_at - Instant::now());
        let response = self.send_whole(parts, message).await?;
        let (parts, body) = response.into_parts();
        let max_bytes = self.options.max_message_bytes;
        match Limited::new(body, max_bytes + PREFIX_BYTES).collect().await {
            Ok(body) => {
                let failure = self.failure_of(&parts.headers, body.trailers())?;
                Ok((Response::from_parts(parts, Body::new(body)), failure))
            }
            Err(error) if error.is::<LengthLimitError>() => {
                let size = format!("more than {max_bytes}");
                Err(Error::answer_too_large(&size, &max_bytes.to_string()))
            }
            Err(error) => Err(unreachable(&self.address, &root(error.as_ref()))),
        }
    }

    /// Gets the beginning of the answers.
    async fn beginning(
        &self,
        mut parts: Parts,
        message: Bytes,
        ends_at: Option<Instant>,
    ) -> Result<Reported, Error> {
        if let Some(ends_at) = ends_at {
            deadline::announce(&mut parts.headers, ends_at - Instant::now());
        }
        let response = self.send_whole(parts, message).await?;
        let (parts, body) = response.into_parts();
        let mut body = DeadlineBody::new(body, ends_at, Arc::clone(&self.address));
        let first = body.frame().await.transpose()?;
        let trailers = first.as_ref().and_then(|frame| frame.trailers_ref());
        let failure = self.failure_of(&parts.headers, trailers)?;
        let frames = stream::iter(first.map(Ok)).chain(BodyStream::new(body));
        Ok((Response::from_parts(parts, Body::new(StreamBody::new(frames))), failure))
    }

    /// The failure that a response reports, which gRPC puts in its headers or in its trailers.
    fn failure_of(
        &self,
        headers: &HeaderMap,
        trailers: Option<&HeaderMap>,
    ) -> Result<Option<Error>, Error> {
        let mut maps = std::iter::once(headers).chain(trailers);
        if let Some(error) = maps.clone().find_map(|map| cancelled(&self.address, map)) {
            return Err(error);
        }
        let status = maps.find_map(Status::from_header_map);
        Ok(status.filter(|status| status.code() != Code::Ok).map(Error::from))
    }
}

/// The whole message of a request, so that it can be sent again; encoding it may fail.
async fn read(request: Request<Body>) -> Result<(Parts, Bytes), Error> {
    let (parts, body) = request.into_parts();
    Ok((parts, body.collect().await.map_err(Error::from)?.to_bytes()))
}
