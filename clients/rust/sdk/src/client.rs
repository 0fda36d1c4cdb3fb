//! The client: one method for each call of the contract.

use std::path::Path;
use std::time::Duration;

use futures_util::Stream;
use tonic::{Code, Response, Status};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::connection::Connection;
use crate::error::Error;
use crate::frame::{DetectFrames, EmbedFrames, Frame, FrameAnswer};
use crate::index::{IndexAnswer, IndexEntries, IndexEntry};
use crate::options::Options;
use crate::stream::{self, Answers};
use crate::v1::detect_service_client::DetectServiceClient;
use crate::v1::embed_service_client::EmbedServiceClient;
use crate::v1::model_service_client::ModelServiceClient;
use crate::v1::search_service_client::SearchServiceClient;
use crate::{picture, v1};

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

    /// Finds the objects in one picture, with the server's defaults.
    pub async fn detect(&self, picture: v1::Picture) -> Result<v1::DetectResponse, Error> {
        self.detect_with(v1::DetectRequest { picture: Some(picture), ..Default::default() }).await
    }

    /// Finds the objects in a file, with the server's defaults.
    pub async fn detect_file(&self, path: impl AsRef<Path>) -> Result<v1::DetectResponse, Error> {
        self.detect(picture::from_file(path).await?).await
    }

    /// Finds the objects in one picture, with a model and options.
    pub async fn detect_with(
        &self,
        request: v1::DetectRequest,
    ) -> Result<v1::DetectResponse, Error> {
        answer(self.detect_stub().detect(request).await)
    }

    /// Finds the objects in frames as they come. Their answers come in order.
    pub async fn detect_stream(
        &self,
        config: v1::DetectStreamConfig,
        frames: impl Stream<Item = Frame> + Send + 'static,
    ) -> Result<Answers<v1::StreamWindow, FrameAnswer<v1::DetectResult>>, Error> {
        let first = v1::detect_stream_request::Message::Config(config);
        let first = v1::DetectStreamRequest { message: Some(first) };
        let mut stub = self.detect_stub();
        stream::open::<DetectFrames, _>(first, frames, |messages| async move {
            stub.detect_stream(messages).await
        })
        .await
    }

    /// Turns one picture into a vector, with the server's defaults.
    pub async fn embed(&self, picture: v1::Picture) -> Result<v1::EmbedResponse, Error> {
        self.embed_with(v1::EmbedRequest { picture: Some(picture), ..Default::default() }).await
    }

    /// Turns a file into a vector, with the server's defaults.
    pub async fn embed_file(&self, path: impl AsRef<Path>) -> Result<v1::EmbedResponse, Error> {
        self.embed(picture::from_file(path).await?).await
    }

    /// Turns one picture into a vector, with a model and options.
    pub async fn embed_with(&self, request: v1::EmbedRequest) -> Result<v1::EmbedResponse, Error> {
        answer(self.embed_stub().embed(request).await)
    }

    /// Turns frames into vectors as they come. Their answers come in order.
    pub async fn embed_stream(
        &self,
        config: v1::EmbedStreamConfig,
        frames: impl Stream<Item = Frame> + Send + 'static,
    ) -> Result<Answers<v1::StreamWindow, FrameAnswer<v1::EmbedResult>>, Error> {
        let first = v1::embed_stream_request::Message::Config(config);
        let first = v1::EmbedStreamRequest { message: Some(first) };
        let mut stub = self.embed_stub();
        stream::open::<EmbedFrames, _>(first, frames, |messages| async move {
            stub.embed_stream(messages).await
        })
        .await
    }

    /// Embeds pictures and stores them in a collection as they come. Each is answered once it is
    /// stored, in order.
    pub async fn index_stream(
        &self,
        collection: impl Into<String>,
        entries: impl Stream<Item = IndexEntry> + Send + 'static,
    ) -> Result<Answers<v1::IndexWindow, IndexAnswer>, Error> {
        let config = v1::IndexStreamConfig { collection: collection.into() };
        let first = v1::index_stream_request::Message::Config(config);
        let first = v1::IndexStreamRequest { message: Some(first) };
        let mut stub = self.search_stub();
        stream::open::<IndexEntries, _>(first, entries, |messages| async move {
            stub.index_stream(messages).await
        })
        .await
    }

    /// Creates a collection and returns it with its defaults filled in.
    pub async fn create_collection(
        &self,
        collection: v1::Collection,
    ) -> Result<v1::Collection, Error> {
        let request = v1::CreateCollectionRequest { collection: Some(collection) };
        let created = answer(self.search_stub().create_collection(request).await)?;
        Ok(created.collection.unwrap_or_default())
    }

    /// Describes a collection.
    pub async fn get_collection(
        &self,
        name: impl Into<String>,
    ) -> Result<v1::GetCollectionResponse, Error> {
        let request = v1::GetCollectionRequest { name: name.into() };
        answer(self.search_stub().get_collection(request).await)
    }

    /// Describes all collections, by name.
    pub async fn list_collections(&self) -> Result<Vec<v1::Collection>, Error> {
        let request = v1::ListCollectionsRequest {};
        Ok(answer(self.search_stub().list_collections(request).await)?.collections)
    }

    /// Deletes a collection and all its points.
    pub async fn delete_collection(&self, name: impl Into<String>) -> Result<(), Error> {
        let request = v1::DeleteCollectionRequest { name: name.into() };
        answer(self.search_stub().delete_collection(request).await).map(drop)
    }

    /// Stores points; those whose id exists are replaced. Each succeeds or fails alone.
    pub async fn upsert_points(
        &self,
        collection: impl Into<String>,
        points: Vec<v1::Point>,
    ) -> Result<v1::UpsertPointsResponse, Error> {
        let request = v1::UpsertPointsRequest { collection: collection.into(), points };
        answer(self.search_stub().upsert_points(request).await)
    }

    /// Returns stored points, without their vectors, and tells which ids do not exist.
    pub async fn get_points(
        &self,
        collection: impl Into<String>,
        ids: Vec<String>,
    ) -> Result<v1::GetPointsResponse, Error> {
        let collection = collection.into();
        let request = v1::GetPointsRequest { collection, ids, with_vectors: false };
        answer(self.search_stub().get_points(request).await)
    }

    /// Deletes points and returns how many there were.
    pub async fn delete_points(
        &self,
        collection: impl Into<String>,
        ids: Vec<String>,
    ) -> Result<u32, Error> {
        let request = v1::DeletePointsRequest { collection: collection.into(), ids };
        Ok(answer(self.search_stub().delete_points(request).await)?.deleted)
    }

    /// Counts the points that match a filter, or all.
    pub async fn count_points(
        &self,
        collection: impl Into<String>,
        filter: Option<v1::Filter>,
    ) -> Result<u64, Error> {
        let request = v1::CountPointsRequest { collection: collection.into(), filter };
        Ok(answer(self.search_stub().count_points(request).await)?.count)
    }

    /// Finds the points nearest to a picture, a vector or a stored point; see
    /// [`search_request`](crate::search_request).
    pub async fn search(&self, request: v1::SearchRequest) -> Result<Vec<v1::Hit>, Error> {
        Ok(answer(self.search_stub().search(request).await)?.hits)
    }

    /// Describes every model, by name.
    pub async fn list_models(&self) -> Result<Vec<v1::Model>, Error> {
        Ok(answer(self.model_stub().list_models(v1::ListModelsRequest {}).await)?.models)
    }

    /// Describes one model.
    pub async fn get_model(&self, name: impl Into<String>) -> Result<v1::Model, Error> {
        let request = v1::GetModelRequest { name: name.into() };
        Ok(answer(self.model_stub().get_model(request).await)?.model.unwrap_or_default())
    }

    /// Loads a model, or loads it anew if its files changed, and returns when it serves.
    pub async fn load_model(&self, name: impl Into<String>) -> Result<v1::Model, Error> {
        let request = v1::LoadModelRequest { name: name.into() };
        Ok(answer(self.model_stub().load_model(request).await)?.model.unwrap_or_default())
    }

    /// Unloads a model and returns when it no longer serves.
    pub async fn unload_model(&self, name: impl Into<String>) -> Result<(), Error> {
        let request = v1::UnloadModelRequest { name: name.into() };
        answer(self.model_stub().unload_model(request).await).map(drop)
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
