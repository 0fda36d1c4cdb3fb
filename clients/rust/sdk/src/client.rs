//! The client: a connection, and methods for the calls of the contract.

mod collections;
mod models;
mod pages;
mod points;
mod search;
mod vision;

use std::time::Duration;

use futures_util::Stream;
use tokio::time::Instant;
use tonic::{Code, Response, Status};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::connection::Connection;
use crate::error::Error;
use crate::options::Options;
use crate::resumption::Resumption;
use crate::stream::{self, Answers, Opening, Protocol, Requests, Settings};
use crate::v1::ErrorReason;
use crate::v1::classify_service_client::ClassifyServiceClient;
use crate::v1::collection_service_client::CollectionServiceClient;
use crate::v1::detect_service_client::DetectServiceClient;
use crate::v1::embed_service_client::EmbedServiceClient;
use crate::v1::model_service_client::ModelServiceClient;
use crate::v1::point_service_client::PointServiceClient;
use crate::v1::read_service_client::ReadServiceClient;
use crate::v1::search_service_client::SearchServiceClient;

/// How often a server that is not ready is asked again.
const READY_POLL: Duration = Duration::from_millis(200);

/// A client of one server. Cheap to clone; clones share the connection.
///
/// Every method fails with an [`Error`] that says why and what to do. Unary calls have a deadline,
/// [`Options::timeout`] by default, and those that may be repeated are, while the server is
/// unavailable and the deadline allows. Dropping a call's future or a stream cancels the call.
#[derive(Clone, Debug)]
pub struct Client(Connection);

impl Client {
    /// A client of the server at `address`, `host:port`, in plain text.
    ///
    /// The connection is made by the first call and again whenever it broke.
    ///
    /// # Errors
    ///
    /// `INVALID_ARGUMENT` if the address is not one.
    pub async fn connect(address: &str) -> Result<Self, Error> {
        Self::connect_with(address, Options::default()).await
    }

    /// A client with settings of your own.
    ///
    /// # Errors
    ///
    /// `INVALID_ARGUMENT` if the address is not one or a setting or file cannot be used.
    pub async fn connect_with(address: &str, options: Options) -> Result<Self, Error> {
        Ok(Self(Connection::new(address, options).await?))
    }

    /// The same connection, on which every call and every stream must end within this time.
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        Self(self.0.with_timeout(timeout))
    }

    /// The same connection, whose streams go on where the server was away for at most so long, such as
    /// for a restart: they are opened again, after the delay that the server asks for, and what was not
    /// answered is sent again. Every item has one answer. Items are kept until they are answered.
    #[must_use]
    pub fn with_resume(&self, resume: Duration) -> Self {
        Self(self.0.with_resume(resume))
    }

    /// Where the server is, as it was given.
    #[must_use]
    pub fn address(&self) -> &str {
        self.0.address()
    }

    /// The connection, for stubs of your own.
    #[must_use]
    pub fn connection(&self) -> Connection {
        self.0.clone()
    }

    /// Tells whether a service serves, such as `ocelli.v1.DetectService`; empty: the whole server.
    pub async fn health(&self, service: impl Into<String>) -> Result<ServingStatus, Error> {
        let request = HealthCheckRequest { service: service.into() };
        let mut stub = HealthClient::new(self.connection());
        match answer(stub.check(request).await) {
            Ok(response) => Ok(response.status()),
            // The protocol's answer to a single check where a watch has SERVICE_UNKNOWN.
            Err(error) if error.code() == Code::NotFound => Ok(ServingStatus::ServiceUnknown),
            Err(error) => Err(error),
        }
    }

    /// Waits until a service serves, such as `ocelli.v1.DetectService`; empty: the whole server.
    ///
    /// # Errors
    ///
    /// `DEADLINE_EXCEEDED` if it does not serve in this time, with what keeps it from that.
    pub async fn wait_until_ready(
        &self,
        service: impl Into<String>,
        timeout: Duration,
    ) -> Result<(), Error> {
        let (service, ends_at) = (service.into(), Instant::now() + timeout);
        loop {
            let left = ends_at.saturating_duration_since(Instant::now());
            let client = self.with_timeout(left.min(self.0.options().timeout));
            let state = match client.health(service.as_str()).await {
                Ok(ServingStatus::Serving) => return Ok(()),
                Err(error) if !error.is_retryable() => return Err(error),
                state => state,
            };
            if Instant::now() + READY_POLL >= ends_at {
                let what = if service.is_empty() { self.0.address() } else { &service };
                return Err(not_ready(what, timeout, state));
            }
            tokio::time::sleep(READY_POLL).await;
        }
    }

    /// Opens a stream whose first message is `config`. `call` makes its calls, each with a client that
    /// has their deadline.
    async fn open_stream<P, I>(
        &self,
        config: P::Request,
        items: impl Stream<Item = P::Item> + Send + 'static,
        call: impl Fn(Self, Requests<P::Request>) -> Opening<I> + Send + Sync + 'static,
    ) -> Result<Answers<P::Answer>, Error>
    where
        P: Protocol,
        I: Stream<Item = Result<P::Response, Status>> + Send + Unpin + 'static,
    {
        let client = self.clone();
        let open =
            move |requests, timeout: Option<Duration>| call(client.for_call(timeout), requests);
        stream::open::<P, _, _>(config, items, self.stream_settings(), open).await
    }

    fn stream_settings(&self) -> Settings {
        let (timeout, resume) = self.0.limits();
        let ends_at = timeout.map(|timeout| Instant::now() + timeout);
        let retry = self.0.options().retry.clone();
        let resumption = Resumption::new(retry, resume, ends_at);
        Settings { max_message_bytes: self.max_message_bytes(), resumption }
    }

    fn for_call(&self, timeout: Option<Duration>) -> Self {
        timeout.map_or_else(|| self.clone(), |timeout| self.with_timeout(timeout))
    }

    fn max_message_bytes(&self) -> usize {
        self.0.options().max_message_bytes
    }
}

macro_rules! stubs {
    ($($name:ident, $stub:ident, $service:literal;)+) => {
        impl Client {$(
            #[doc = concat!("The generated stub of `", $service, "` on this connection.")]
            #[must_use]
            pub fn $name(&self) -> $stub<Connection> {
                $stub::new(self.connection())
                    .max_encoding_message_size(self.max_message_bytes())
                    .max_decoding_message_size(self.max_message_bytes())
            }
        )+}
    };
}

stubs! {
    classify_stub, ClassifyServiceClient, "ClassifyService";
    collection_stub, CollectionServiceClient, "CollectionService";
    detect_stub, DetectServiceClient, "DetectService";
    embed_stub, EmbedServiceClient, "EmbedService";
    model_stub, ModelServiceClient, "ModelService";
    point_stub, PointServiceClient, "PointService";
    read_stub, ReadServiceClient, "ReadService";
    search_stub, SearchServiceClient, "SearchService";
}

fn not_ready(what: &str, timeout: Duration, state: Result<ServingStatus, Error>) -> Error {
    let (found, hint) = match state {
        Ok(status) => {
            let log = String::from("the server's log tells what it waits for");
            (format!("it is {}", status.as_str_name()), log)
        }
        Err(error) => (error.message().into(), error.hint().into()),
    };
    let message = format!("{what} does not serve after {timeout:?}: {found}");
    Error::new(Code::DeadlineExceeded, message)
        .with_hint(hint)
        .with_reason(ErrorReason::DeadlineExceeded)
}

fn answer<T>(outcome: Result<Response<T>, Status>) -> Result<T, Error> {
    Ok(outcome?.into_inner())
}
