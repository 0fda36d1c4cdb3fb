//! Calls that find neighbours.

use tonic::Code;

use super::{Client, answer};
use crate::error::Error;
use crate::v1;
use crate::v1::batch_search_answer::Outcome;

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
}

fn outcome(answer: v1::BatchSearchAnswer) -> Result<v1::SearchResponse, Error> {
    match answer.outcome {
        Some(Outcome::Result(response)) => Ok(response),
        Some(Outcome::Error(status)) => Err(status.into()),
        None => Err(Error::new(Code::Internal, "the server did not tell what became of a search")
            .with_hint("is it of the same version as this client?")),
    }
}
