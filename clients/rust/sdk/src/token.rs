//! Bearer tokens.

use std::error::Error as StdError;
use std::fmt;
use std::future::{Future, ready};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt};
use tokio::sync::Mutex;
use tokio::time::Instant;
use tonic::Code;

use crate::error::Error;

/// A bearer token, or a function that gives one for each call. Its `Debug` form hides it.
#[derive(Clone)]
pub struct Token(Arc<dyn Fn() -> BoxFuture<'static, Result<String, Error>> + Send + Sync>);

impl Token {
    /// A token that never changes.
    pub fn new(token: impl Into<String>) -> Self {
        let token = token.into();
        Self::from_fn(move || token.clone())
    }

    /// A token that is asked for before every attempt at a call. `provider` must not block.
    pub fn from_fn(provider: impl Fn() -> String + Send + Sync + 'static) -> Self {
        Self(Arc::new(move || ready(Ok(provider())).boxed()))
    }

    /// A token that is awaited before every attempt at a call, within the call's deadline. If there is
    /// none the call fails as `UNAUTHENTICATED`.
    pub fn from_async_fn<F, E>(provider: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<String, E>> + Send + 'static,
        E: Into<Box<dyn StdError + Send + Sync>>,
    {
        Self(Arc::new(move || {
            let token = provider();
            async move { token.await.map_err(|error| missing(error.into().as_ref())) }.boxed()
        }))
    }

    /// The same token, kept by all calls for so long before it is asked for anew. Calls at the same
    /// time ask once.
    #[must_use]
    pub fn refreshed_every(self, period: Duration) -> Self {
        let kept = Arc::new(Mutex::new(None::<(Instant, String)>));
        Self(Arc::new(move || {
            let (source, kept) = (self.clone(), Arc::clone(&kept));
            async move {
                let mut kept = kept.lock().await;
                if let Some((since, token)) = kept.as_ref()
                    && since.elapsed() < period
                {
                    return Ok(token.clone());
                }
                let token = source.current().await?;
                *kept = Some((Instant::now(), token.clone()));
                Ok(token)
            }
            .boxed()
        }))
    }

    pub(crate) fn current(&self) -> BoxFuture<'static, Result<String, Error>> {
        (self.0)()
    }
}

fn missing(cause: &(dyn StdError + 'static)) -> Error {
    Error::new(Code::Unauthenticated, format!("there is no token: {cause}"))
        .with_hint("it comes from Options::token")
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    fn counting(failures: u32) -> (Token, Arc<AtomicU32>) {
        let asked = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&asked);
        let token = Token::from_async_fn(move || {
            let number = counter.fetch_add(1, Ordering::SeqCst);
            async move {
                tokio::task::yield_now().await;
                if number < failures { Err("the vault is shut") } else { Ok(format!("t{number}")) }
            }
        });
        (token, asked)
    }

    #[tokio::test]
    async fn a_source_is_awaited_for_each_call() {
        let (token, _) = counting(1);
        let error = token.current().await.expect_err("no token yet");
        assert_eq!(error.code(), Code::Unauthenticated);
        assert_eq!(error.message(), "there is no token: the vault is shut");
        assert_eq!(token.current().await.expect("a token"), "t1");
        assert_eq!(token.current().await.expect("a token"), "t2");
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_is_kept_and_refreshed() {
        let (token, asked) = counting(1);
        let token = token.refreshed_every(Duration::from_secs(60));
        token.current().await.expect_err("what failed is not kept");
        let both = futures_util::future::join(token.current(), token.current()).await;
        assert_eq!(
            (both.0.expect("a token"), both.1.expect("a token")),
            ("t1".into(), "t1".into())
        );
        tokio::time::advance(Duration::from_secs(59)).await;
        assert_eq!(token.clone().current().await.expect("a token"), "t1");
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(token.current().await.expect("a token"), "t2");
        assert_eq!(asked.load(Ordering::SeqCst), 3);
    }
}
