//! What a search looks for.

use crate::v1::search_request::Query;
use crate::v1::{Image, QueryVector, SearchRequest};

/// A search of a collection for what is nearest to `query`, with the server's defaults. Filter,
/// limit and the rest are fields of the request.
pub fn search_request(collection: impl Into<String>, query: impl Into<Near>) -> SearchRequest {
    let Near(query) = query.into();
    SearchRequest { collection: collection.into(), query: Some(query), ..Default::default() }
}

/// What hits are to be near to: a [`Image`], a vector, or the id of a stored point.
#[derive(Clone, Debug)]
pub struct Near(Query);

impl From<Image> for Near {
    fn from(image: Image) -> Self {
        Self(Query::Image(image))
    }
}

impl From<Vec<f32>> for Near {
    fn from(values: Vec<f32>) -> Self {
        Self(Query::Vector(QueryVector { values }))
    }
}

impl From<&str> for Near {
    fn from(id: &str) -> Self {
        Self(Query::Id(id.into()))
    }
}
