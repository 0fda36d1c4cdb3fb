//! What a search looks for.

pub use crate::v1::search_request::Query;
use crate::v1::{Image, SearchRequest, Vector};

/// A search of a collection for what is nearest to `query`, with the server's defaults. Filter,
/// limit and the rest are fields of the request.
pub fn search_request(collection: impl Into<String>, query: Query) -> SearchRequest {
    SearchRequest { collection: collection.into(), query: Some(query), ..Default::default() }
}

/// An image, embedded by the collection's model.
#[must_use]
pub fn image(image: Image) -> Query {
    Query::Image(image)
}

/// A text, embedded by the collection's model if it takes texts.
pub fn text(text: impl Into<String>) -> Query {
    Query::Text(text.into())
}

/// A vector of the collection's dimension.
pub fn vector(values: impl Into<Vec<f32>>) -> Query {
    Query::Vector(Vector { values: values.into() })
}

/// A stored point by its id. The point itself is not among the hits.
pub fn id(id: impl Into<String>) -> Query {
    Query::Id(id.into())
}
