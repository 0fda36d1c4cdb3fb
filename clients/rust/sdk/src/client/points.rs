//! Calls about stored points.

use futures_util::Stream;
use futures_util::stream::{BoxStream, StreamExt};
use prost_types::Struct;

use super::{Client, answer, pages};
use crate::error::Error;
use crate::index::{IndexAnswer, IndexEntries, IndexEntry};
use crate::input::Input;
use crate::points::PointSelector;
use crate::stream::Answers;
use crate::v1;
use crate::v1::update_payload_request::Change;

impl Client {
    /// Stores points; those whose id exists are replaced. Each succeeds or fails alone.
    pub async fn upsert_points(
        &self,
        collection: impl Into<String>,
        points: Vec<v1::Point>,
    ) -> Result<v1::UpsertPointsResponse, Error> {
        let request = v1::UpsertPointsRequest { collection: collection.into(), points };
        answer(self.point_stub().upsert_points(request).await)
    }

    /// Returns stored points, without their vectors, and tells which ids do not exist.
    pub async fn get_points<S: Into<String>>(
        &self,
        collection: impl Into<String>,
        ids: impl IntoIterator<Item = S>,
    ) -> Result<v1::GetPointsResponse, Error> {
        let ids = ids.into_iter().map(Into::into).collect();
        let collection = collection.into();
        self.get_points_with(v1::GetPointsRequest { collection, ids, ..Default::default() }).await
    }

    /// Returns stored points, with or without their vectors and payloads.
    pub async fn get_points_with(
        &self,
        request: v1::GetPointsRequest,
    ) -> Result<v1::GetPointsResponse, Error> {
        answer(self.point_stub().get_points(request).await)
    }

    /// The stored points that match a filter, or all, without their vectors. Pages are fetched as
    /// points are taken; a point that is stored throughout comes once.
    pub fn list_points(
        &self,
        collection: impl Into<String>,
        filter: Option<v1::Filter>,
    ) -> BoxStream<'static, Result<v1::Point, Error>> {
        let collection = collection.into();
        self.list_points_with(v1::ListPointsRequest { collection, filter, ..Default::default() })
    }

    /// The stored points from the request's page on, with or without their vectors and payloads.
    #[must_use]
    pub fn list_points_with(
        &self,
        request: v1::ListPointsRequest,
    ) -> BoxStream<'static, Result<v1::Point, Error>> {
        let client = self.clone();
        pages::elements(request.page_token.clone(), move |page_token| {
            let mut stub = client.point_stub();
            let request = v1::ListPointsRequest { page_token, ..request.clone() };
            async move {
                let page = answer(stub.list_points(request).await)?;
                Ok((page.points, page.next_page_token))
            }
        })
    }

    /// Counts the points that match a filter, or all.
    pub async fn count_points(
        &self,
        collection: impl Into<String>,
        filter: Option<v1::Filter>,
    ) -> Result<u64, Error> {
        let request = v1::CountPointsRequest { collection: collection.into(), filter };
        Ok(answer(self.point_stub().count_points(request).await)?.count)
    }

    /// Deletes points and returns how many there were.
    pub async fn delete_points(
        &self,
        collection: impl Into<String>,
        points: impl Into<PointSelector>,
    ) -> Result<u64, Error> {
        let (ids, filter) = points.into().into_parts();
        let request = v1::DeletePointsRequest { collection: collection.into(), ids, filter };
        Ok(answer(self.point_stub().delete_points(request).await)?.deleted)
    }

    /// Sets these keys of the points' payloads, leaves others as they are, and returns how many points
    /// there are.
    pub async fn merge_payload(
        &self,
        collection: impl Into<String>,
        points: impl Into<PointSelector>,
        payload: Struct,
    ) -> Result<u64, Error> {
        self.update_payload(collection.into(), points.into(), Change::Merge(payload)).await
    }

    /// Puts this in place of the points' payloads and returns how many points there are.
    pub async fn replace_payload(
        &self,
        collection: impl Into<String>,
        points: impl Into<PointSelector>,
        payload: Struct,
    ) -> Result<u64, Error> {
        self.update_payload(collection.into(), points.into(), Change::Replace(payload)).await
    }

    /// Takes these keys out of the points' payloads and returns how many points there are.
    pub async fn delete_payload_keys<S: Into<String>>(
        &self,
        collection: impl Into<String>,
        points: impl Into<PointSelector>,
        keys: impl IntoIterator<Item = S>,
    ) -> Result<u64, Error> {
        let keys = v1::PayloadKeys { keys: keys.into_iter().map(Into::into).collect() };
        self.update_payload(collection.into(), points.into(), Change::DeleteKeys(keys)).await
    }

    async fn update_payload(
        &self,
        collection: String,
        points: PointSelector,
        change: Change,
    ) -> Result<u64, Error> {
        let (ids, filter) = points.into_parts();
        let request = v1::UpdatePayloadRequest { collection, ids, filter, change: Some(change) };
        Ok(answer(self.point_stub().update_payload(request).await)?.updated)
    }

    /// Embeds images or texts and stores them in a collection as they come. Each is answered once it
    /// is stored, in order. If the collection has a detector, the answer tells the parts of the image
    /// that were stored.
    pub async fn index_stream<T: Into<Input> + Send + 'static>(
        &self,
        collection: impl Into<String>,
        entries: impl Stream<Item = IndexEntry<T>> + Send + 'static,
    ) -> Result<Answers<IndexAnswer>, Error> {
        let config = v1::IndexStreamConfig { collection: collection.into() };
        let first = v1::index_stream_request::Message::Config(config);
        let first = v1::IndexStreamRequest { message: Some(first) };
        let entries = entries.map(|entry| entry.map(Into::into));
        self.open_stream::<IndexEntries, _>(first, entries, |client, messages| {
            Box::pin(async move { client.point_stub().index_stream(messages).await })
        })
        .await
    }
}
