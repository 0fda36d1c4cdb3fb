//! Which stored points a call is about.

use crate::v1::Filter;

/// Points by id, 1 to 1000 of them, or all that match a filter. Made of either: a list of ids such as
/// `["a", "b"]`, or what [`filter`](crate::filter) makes.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum PointSelector {
    /// Those with these ids. Ids that do not exist are passed over.
    Ids(Vec<String>),
    /// All that match.
    Filter(Filter),
}

impl PointSelector {
    /// As the contract's requests have it: ids, and a filter.
    pub(crate) fn into_parts(self) -> (Vec<String>, Option<Filter>) {
        match self {
            Self::Ids(ids) => (ids, None),
            Self::Filter(filter) => (Vec::new(), Some(filter)),
        }
    }
}

impl<S: Into<String>> From<Vec<S>> for PointSelector {
    fn from(ids: Vec<S>) -> Self {
        Self::Ids(ids.into_iter().map(Into::into).collect())
    }
}

impl<S: Into<String>, const N: usize> From<[S; N]> for PointSelector {
    fn from(ids: [S; N]) -> Self {
        Self::Ids(ids.into_iter().map(Into::into).collect())
    }
}

impl From<Filter> for PointSelector {
    fn from(filter: Filter) -> Self {
        Self::Filter(filter)
    }
}
