//! The client: a connection, and one method for each call of the contract.

mod models;
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
use crate::v1::detect_service_client::DetectServiceClient;
use crate::v1::embed_service_client::EmbedServiceClient;
use crate::v1::model_service_client::ModelServiceClient;
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
            // How the protocol says of a single question what a watch calls SERVICE_UNKNOWN.
            Err(error) if error.code() == Code::NotFound => Ok(ServingStatus::ServiceUnknown),
            Err(error) => Err(error),
        }
    }

    /// The generated stub of `DetectService` on this connection.
    #[must_use]
    pub fn detect_stub(&self) -> DetectServiceClient<Connection> {
        let max_bytes = self.0.options().max_message_bytes;
        DetectServiceClient::new(self.connection())
            .max_encoding_message_size(max_bytes)
            .max_decoding_message_size(max_bytes)
    }

    /// The generated stub of `EmbedService` on this connection.
    #[must_use]
    pub fn embed_stub(&self) -> EmbedServiceClient<Connection> {
        let max_bytes = self.0.options().max_message_bytes;
        EmbedServiceClient::new(self.connection())
            .max_encoding_message_size(max_bytes)
            .max_decoding_message_size(max_bytes)
    }

    /// The generated stub of `SearchService` on this connection.
    #[must_use]
    pub fn search_stub(&self) -> SearchServiceClient<Connection> {
        let max_bytes = self.0.options().max_message_bytes;
        SearchServiceClient::new(self.connection())
            .max_encoding_message_size(max_bytes)
            .max_decoding_message_size(max_bytes)
    }

    /// The generated stub of `ModelService` on this connection.
    #[must_use]
    pub fn model_stub(&self) -> ModelServiceClient<Connection> {
        let max_bytes = self.0.options().max_message_bytes;
        ModelServiceClient::new(self.connection())
            .max_encoding_message_size(max_bytes)
            .max_decoding_message_size(max_bytes)
    }
}

fn answer<T>(outcome: Result<Response<T>, Status>) -> Result<T, Error> {
    Ok(outcome?.into_inner())
}
