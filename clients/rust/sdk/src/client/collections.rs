//! Calls about collections.

use futures_util::TryStreamExt;
use prost_types::FieldMask;

use super::{Client, answer, pages};
use crate::error::Error;
use crate::v1;

impl Client {
    /// Creates a collection and returns it with its defaults filled in.
    pub async fn create_collection(
        &self,
        collection: v1::Collection,
    ) -> Result<v1::Collection, Error> {
        let request = v1::CreateCollectionRequest { collection: Some(collection) };
        let created = answer(self.collection_stub().create_collection(request).await)?;
        Ok(created.collection.unwrap_or_default())
    }

    /// Describes a collection and counts its points.
    pub async fn get_collection(
        &self,
        name: impl Into<String>,
    ) -> Result<v1::GetCollectionResponse, Error> {
        let request = v1::GetCollectionRequest { name: name.into() };
        answer(self.collection_stub().get_collection(request).await)
    }

    /// Describes all collections, by name.
    pub async fn list_collections(&self) -> Result<Vec<v1::Collection>, Error> {
        let client = self.clone();
        let collections = pages::elements(String::new(), move |page_token| {
            let mut stub = client.collection_stub();
            async move {
                let request = v1::ListCollectionsRequest { page_token, ..Default::default() };
                let page = answer(stub.list_collections(request).await)?;
                Ok((page.collections, page.next_page_token))
            }
        });
        collections.try_collect().await
    }

    /// Changes the named parts of a collection: `"model"` to that of `collection`, or adds those of its
    /// `"fields"` that are missing. Returns the collection as it is then.
    pub async fn update_collection<S: Into<String>>(
        &self,
        collection: v1::Collection,
        parts: impl IntoIterator<Item = S>,
    ) -> Result<v1::Collection, Error> {
        let update_mask = FieldMask { paths: parts.into_iter().map(Into::into).collect() };
        let (collection, update_mask) = (Some(collection), Some(update_mask));
        let request = v1::UpdateCollectionRequest { collection, update_mask };
        let updated = answer(self.collection_stub().update_collection(request).await)?;
        Ok(updated.collection.unwrap_or_default())
    }

    /// Deletes a collection, all its points and its aliases.
    pub async fn delete_collection(&self, name: impl Into<String>) -> Result<(), Error> {
        let request = v1::DeleteCollectionRequest { name: name.into() };
        answer(self.collection_stub().delete_collection(request).await).map(drop)
    }

    /// Points an alias to a collection, or away from another one, in one step, and returns the
    /// collection that it pointed to before. An alias is taken wherever the name of an existing
    /// collection is, but by [`delete_collection`](Self::delete_collection).
    pub async fn set_alias(
        &self,
        alias: impl Into<String>,
        collection: impl Into<String>,
    ) -> Result<Option<String>, Error> {
        let request = v1::SetAliasRequest { alias: alias.into(), collection: collection.into() };
        let previous = answer(self.collection_stub().set_alias(request).await)?.previous_collection;
        Ok(Some(previous).filter(|name| !name.is_empty()))
    }

    /// Takes an alias away; the collection stays.
    pub async fn delete_alias(&self, alias: impl Into<String>) -> Result<(), Error> {
        let request = v1::DeleteAliasRequest { alias: alias.into() };
        answer(self.collection_stub().delete_alias(request).await).map(drop)
    }

    /// Returns all aliases, by name.
    pub async fn list_aliases(&self) -> Result<Vec<v1::Alias>, Error> {
        let client = self.clone();
        let aliases = pages::elements(String::new(), move |page_token| {
            let mut stub = client.collection_stub();
            async move {
                let request = v1::ListAliasesRequest { page_token, ..Default::default() };
                let page = answer(stub.list_aliases(request).await)?;
                Ok((page.aliases, page.next_page_token))
            }
        });
        aliases.try_collect().await
    }
}
