//! Lists that come in pages.

use std::future::Future;

use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt, TryStreamExt};

use crate::error::Error;

/// The elements of one page, and the token of the next; empty: there is none.
pub(super) type Page<T> = (Vec<T>, String);

/// The elements of all pages from that of the token `first` on; empty: all. `fetch` gets the token of a
/// page and is called when the elements before have been taken.
pub(super) fn elements<T, F>(
    first: String,
    fetch: impl Fn(String) -> F + Send + 'static,
) -> BoxStream<'static, Result<T, Error>>
where
    T: Send + 'static,
    F: Future<Output = Result<Page<T>, Error>> + Send + 'static,
{
    let pages = stream::try_unfold((Some(first), fetch), |(token, fetch)| async move {
        let Some(token) = token else { return Ok::<_, Error>(None) };
        let (page, next) = fetch(token).await?;
        let next = (!next.is_empty()).then_some(next);
        Ok(Some((stream::iter(page.into_iter().map(Ok)), (next, fetch))))
    });
    pages.try_flatten().boxed()
}
