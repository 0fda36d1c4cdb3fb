//! Calls that find neighbours.

use std::future::ready;

use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt, TryStreamExt};
use tonic::Code;

use super::{Client, answer};
use crate::error::Error;
use crate::v1;
use crate::v1::batch_search_answer::Outcome;
use crate::v1::find_duplicates_response::Message;

impl Client {
    /// Finds the points nearest to an image, a text, a vector or a stored point; see
    /// [`search_request`](crate::search_request).
    pub async fn search(&self, request: v1::SearchRequest) -> Result<v1::SearchResponse, Error> {
        answer(self.search_stub().search(request).await)
    }

    /// Searches a collection up to 100 times in one call. Each search succeeds or fails alone; there
    /// are as many outcomes as requests, in their order.
    pub async fn batch_search(
        &self,
        collection: impl Into<String>,
        requests: Vec<v1::SearchRequest>,
    ) -> Result<Vec<Result<v1::SearchResponse, Error>>, Error> {
        let request = v1::BatchSearchRequest { collection: collection.into(), requests };
        let response = answer(self.search_stub().batch_search(request).await)?;
        Ok(response.answers.into_iter().map(outcome).collect())
    }

    /// Groups of points that are nearly the same, largest first: each point of a group is at least as
    /// near to another one of it as `score_threshold` says, the lowest score for cosine and dot, the
    /// highest for Euclid. Points come without their payloads.
    ///
    /// A large collection takes minutes, for which the call has time unless the client has a deadline.
    /// Dropping the stream cancels it.
    pub fn find_duplicates(
        &self,
        collection: impl Into<String>,
        score_threshold: f32,
    ) -> BoxStream<'static, Result<v1::DuplicateGroup, Error>> {
        let (collection, score_threshold) = (collection.into(), Some(score_threshold));
        let request =
            v1::FindDuplicatesRequest { collection, score_threshold, ..Default::default() };
        let messages = self.find_duplicates_with(request).try_filter_map(|message| {
            ready(Ok(match message {
                Message::Group(group) => Some(group),
                Message::Progress(_) => None,
            }))
        });
        messages.boxed()
    }

    /// The same of those points that match a filter, or with their payloads. How far the search has come
    /// is told before the first group.
    #[must_use]
    pub fn find_duplicates_with(
        &self,
        request: v1::FindDuplicatesRequest,
    ) -> BoxStream<'static, Result<Message, Error>> {
        let mut stub = self.search_stub();
        let call = async move {
            let responses = answer(stub.find_duplicates(request).await)?;
            // What a newer server sends beside these is passed over.
            let messages = responses.map_err(Error::from);
            Ok::<_, Error>(messages.try_filter_map(|it| ready(Ok(it.message))))
        };
        stream::once(call).try_flatten().boxed()
    }
}

fn outcome(answer: v1::BatchSearchAnswer) -> Result<v1::SearchResponse, Error> {
    match answer.outcome {
        Some(Outcome::Result(response)) => Ok(response),
        Some(Outcome::Error(status)) => Err(status.into()),
        None => Err(Error::new(Code::Internal, "the server did not tell what became of a search")
            .with_hint("is it of the same version as this client?")),
    }
}
