//! Calls that store vectors and find neighbours.

use futures_util::Stream;

use super::{Client, answer};
use crate::error::Error;
use crate::index::{IndexAnswer, IndexEntries, IndexEntry};
use crate::stream::{self, Answers};
use crate::v1;

impl Client {
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

    /// Finds the points nearest to an image, a vector or a stored point; see
    /// [`search_request`](crate::search_request).
    pub async fn search(&self, request: v1::SearchRequest) -> Result<Vec<v1::Hit>, Error> {
        Ok(answer(self.search_stub().search(request).await)?.hits)
    }

    /// Embeds images and stores them in a collection as they come. Each is answered once it is
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
}
