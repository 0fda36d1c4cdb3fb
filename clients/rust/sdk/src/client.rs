//! The client: a connection, and methods for the calls of the contract.

mod collections;
mod models;
mod pages;
mod points;
mod search;
mod vision;

use std::time::Duration;

use tonic::{Code, Response, Status};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::connection::Connection;
use crate::error::Error;
use crate::options::Options;
use crate::v1::collection_service_client::CollectionServiceClient;
use crate::v1::detect_service_client::DetectServiceClient;
use crate::v1::embed_service_client::EmbedServiceClient;
use crate::v1::model_service_client::ModelServiceClient;
use crate::v1::point_service_client::PointServiceClient;
use crate::v1::search_service_client::SearchServiceClient;

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
    collection_stub, CollectionServiceClient, "CollectionService";
    detect_stub, DetectServiceClient, "DetectService";
    embed_stub, EmbedServiceClient, "EmbedService";
    model_stub, ModelServiceClient, "ModelService";
    point_stub, PointServiceClient, "PointService";
    search_stub, SearchServiceClient, "SearchService";
}

fn answer<T>(outcome: Result<Response<T>, Status>) -> Result<T, Error> {
    Ok(outcome?.into_inner())
}
