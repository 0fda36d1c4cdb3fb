//! Calls about models.

use futures_util::TryStreamExt;

use super::{Client, answer, pages};
use crate::error::Error;
use crate::v1;

impl Client {
    /// Describes every model, by name.
    pub async fn list_models(&self) -> Result<Vec<v1::Model>, Error> {
        let client = self.clone();
        let models = pages::elements(String::new(), move |page_token| {
            let mut stub = client.model_stub();
            async move {
                let request = v1::ListModelsRequest { page_token, ..Default::default() };
                let page = answer(stub.list_models(request).await)?;
                Ok((page.models, page.next_page_token))
            }
        });
        models.try_collect().await
    }

    /// Describes one model.
    pub async fn get_model(&self, name: impl Into<String>) -> Result<v1::Model, Error> {
        let request = v1::GetModelRequest { name: name.into() };
        Ok(answer(self.model_stub().get_model(request).await)?.model.unwrap_or_default())
    }

    /// Loads a model, or loads it anew if its files changed, and returns when it serves, which may take
    /// 600 s unless [`with_timeout`](Self::with_timeout) allows less.
    pub async fn load_model(&self, name: impl Into<String>) -> Result<v1::Model, Error> {
        let request = v1::LoadModelRequest { name: name.into() };
        Ok(answer(self.model_stub().load_model(request).await)?.model.unwrap_or_default())
    }

    /// Unloads a model and returns when it no longer serves.
    pub async fn unload_model(&self, name: impl Into<String>) -> Result<(), Error> {
        let request = v1::UnloadModelRequest { name: name.into() };
        answer(self.model_stub().unload_model(request).await).map(drop)
    }
}
